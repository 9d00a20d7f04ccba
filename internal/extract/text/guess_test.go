package text

import (
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestDecodeTextGuesses(t *testing.T) {
	t.Parallel()
	const (
		english = "The Plaintiff’s “Motion to Compel” is hereby granted – in part – under § 12 of the Agreement, as amended. The Court’s order of 3 May stands.\n"
		french  = "La société à responsabilité limitée a été condamnée à verser des dommages-intérêts à l’intimé, pour préjudice causé.\n"
		russian = "Суд постановил удовлетворить исковые требования истца и взыскать с ответчика сумму долга.\n"
		polish  = "Sąd Najwyższy oddalił skargę kasacyjną pozwanego i zasądził koszty postępowania na rzecz powódki, która żądała zapłaty.\n"
		greek   = "Το δικαστήριο απέρριψε την αγωγή του ενάγοντος και τον καταδίκασε στα δικαστικά έξοδα.\n"
		jp      = "本契約は、甲と乙との間で締結された。裁判所は原告の請求を棄却した。以下のとおり合意する。\n"
		cn      = "本合同由甲乙双方于二〇二三年签订，法院驳回了原告的全部诉讼请求，双方应当遵守。\n"
		tw      = "本契約由甲乙雙方簽訂，法院駁回原告之訴，訴訟費用由原告負擔，特此聲明。\n"
		kr      = "법원은 원고의 청구를 기각하고 소송비용은 원고가 부담한다고 판결하였다. 이 계약은 유효하다.\n"
	)
	tests := []struct {
		name string
		enc  encoding.Encoding
		text string
	}{
		{"windows-1252 English", charmap.Windows1252, english},
		{"windows-1252 English, one line", charmap.Windows1252, "“Agreement” means this agreement."},
		{"windows-1252 French", charmap.Windows1252, french},
		{"windows-1251", charmap.Windows1251, russian},
		{"KOI8-R", charmap.KOI8R, russian},
		{"ISO-8859-5", charmap.ISO8859_5, russian},
		{"ISO-8859-2", charmap.ISO8859_2, polish},
		{"ISO-8859-7", charmap.ISO8859_7, greek},
		{"Shift-JIS", japanese.ShiftJIS, jp},
		{"EUC-JP", japanese.EUCJP, jp},
		{"ISO-2022-JP", japanese.ISO2022JP, jp},
		{"GB18030", simplifiedchinese.GB18030, cn},
		{"Big5", traditionalchinese.Big5, tw},
		{"EUC-KR", korean.EUCKR, kr},
		{"UTF-16 LE without a mark", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), english},
		{"UTF-16 BE without a mark", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), english},
		{"UTF-8", encoding.Nop, jp + russian},
	}
	for _, tt := range tests {
		for _, times := range []int{1, 20} {
			want := strings.Repeat(tt.text, times)
			b, err := tt.enc.NewEncoder().Bytes([]byte(want))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Decode(b); err != nil || got != want {
				t.Errorf("%s, %d times: %.80q, %v", tt.name, times, got, err)
			}
			if !IsText(b) {
				t.Errorf("%s, %d times: not taken for text", tt.name, times)
			}
		}
	}
}

func TestIsTextRefusesNoise(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		b := make([]byte, 4096)
		for i := range b {
			b[i] = byte(r.UintN(256))
		}
		if IsText(b) {
			t.Fatal("noise is taken for text")
		}
	}
}
