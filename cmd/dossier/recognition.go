package main

import (
	"os"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/textract"
	"github.com/dossier-legal/dossier/internal/vision"
)

// recognition are the flags that say who reads pages without text. They belong
// to every command that works or that judges what was done before.
type recognition struct {
	Languages []string `default:"eng" sep:"+" group:"recognition" help:"Languages of the documents as tesseract names them, best guess first: eng+deu. 'dossier doctor' lists those installed." placeholder:"LANG+LANG"`
	OCRWith   string   `enum:"tesseract,textract,vision" default:"tesseract" group:"recognition" help:"Who recognises pages without text: tesseract (on this machine), textract (AWS) or vision (a model)." placeholder:"WHO"`

	TextractRegion     string `group:"recognition" help:"AWS region of Textract. Credentials come from AWS_ACCESS_KEY_ID, the AWS credentials file or the machine's role." placeholder:"REGION"`
	TextractBucket     string `group:"recognition" help:"S3 bucket in that region from which Textract reads files." placeholder:"BUCKET"`
	TextractPrefix     string `group:"recognition" default:"dossier" help:"Prefix of the objects in that bucket." placeholder:"PREFIX"`
	TextractEndpoint   string `env:"DOSSIER_TEXTRACT_ENDPOINT" hidden:"" help:"Address of Textract, if not the default."`
	TextractS3Endpoint string `name:"textract-s3-endpoint" env:"DOSSIER_TEXTRACT_S3_ENDPOINT" hidden:"" help:"Address of S3, if not the default."`

	VisionURL   string `group:"recognition" help:"Endpoint with OpenAI's chat protocol: https://host/v1. The key comes from DOSSIER_VISION_KEY." placeholder:"URL"`
	VisionModel string `group:"recognition" help:"Model that reads pages." placeholder:"MODEL"`

	PagePrice   float64 `default:"0.0015" group:"recognition" help:"Price in US dollars per page; for a model, the maximum per page." placeholder:"USD"`
	TokenPrice  float64 `default:"0.005" group:"recognition" help:"Price in US dollars per 1,000 tokens." placeholder:"USD"`
	RunBudget   float64 `group:"recognition" help:"Maximum spend of a batch in US dollars; 0: no limit." placeholder:"USD"`
	Budget      float64 `group:"recognition" help:"Maximum spend of a project in US dollars; 0: no limit." placeholder:"USD"`
	DailyBudget float64 `group:"recognition" help:"Maximum spend of all projects in 24 hours, in US dollars; 0: no limit." placeholder:"USD"`
	CallRate    int     `default:"5" group:"recognition" help:"Maximum calls per second to the service, over all workers." placeholder:"N"`
	Fallback    bool    `negatable:"" default:"true" group:"recognition" help:"While a service is down, use tesseract, and find names without a model."`
}

// visionKey holds the key of the model: a flag would show it in the list of
// processes.
const visionKey = "DOSSIER_VISION_KEY"

const million = 1e6

// configure returns the recogniser that the flags name.
func (r recognition) configure() (paid.Recognition, error) {
	c := paid.Recognition{
		PageMicros: int64(r.PagePrice * million), TokenMicros: int64(r.TokenPrice * million),
		Caps:      store.Caps{Run: int64(r.RunBudget * million), Project: int64(r.Budget * million), Day: int64(r.DailyBudget * million)},
		PerSecond: r.CallRate, Fallback: r.Fallback,
	}
	for flag, v := range map[string]float64{
		"--page-price": r.PagePrice, "--token-price": r.TokenPrice, "--run-budget": r.RunBudget, "--budget": r.Budget, "--daily-budget": r.DailyBudget, "--call-rate": float64(r.CallRate),
	} {
		if v < 0 {
			return c, dossier.Errorf(dossier.CodeInvalidInput, "it cannot be less than nothing").About(flag)
		}
	}
	var err error
	switch r.OCRWith {
	case paid.Textract:
		c.Textract, err = textract.New(textract.Config{
			Region: r.TextractRegion, Bucket: r.TextractBucket, Prefix: r.TextractPrefix,
			Endpoint: r.TextractEndpoint, S3Endpoint: r.TextractS3Endpoint,
		})
	case paid.Vision:
		c.Vision, err = vision.New(vision.Config{BaseURL: r.VisionURL, Model: r.VisionModel, APIKey: os.Getenv(visionKey)})
	}
	return c, err
}

// credentials are the variables that services are paid with.
func credentials() []string {
	var list []string
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "PG") || strings.HasPrefix(v, "AWS_") || strings.HasPrefix(v, visionKey+"=") || strings.HasPrefix(v, llmKey+"=") {
			list = append(list, v)
		}
	}
	return list
}

// environ is the flags as environment variables.
func (r recognition) environ() []string {
	dollars := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	return []string{
		"DOSSIER_LANGUAGES=" + strings.Join(r.Languages, "+"), "DOSSIER_OCR_WITH=" + r.OCRWith,
		"DOSSIER_TEXTRACT_REGION=" + r.TextractRegion, "DOSSIER_TEXTRACT_BUCKET=" + r.TextractBucket, "DOSSIER_TEXTRACT_PREFIX=" + r.TextractPrefix,
		"DOSSIER_TEXTRACT_ENDPOINT=" + r.TextractEndpoint, "DOSSIER_TEXTRACT_S3_ENDPOINT=" + r.TextractS3Endpoint,
		"DOSSIER_VISION_URL=" + r.VisionURL, "DOSSIER_VISION_MODEL=" + r.VisionModel,
		"DOSSIER_PAGE_PRICE=" + dollars(r.PagePrice), "DOSSIER_TOKEN_PRICE=" + dollars(r.TokenPrice),
		"DOSSIER_RUN_BUDGET=" + dollars(r.RunBudget), "DOSSIER_BUDGET=" + dollars(r.Budget), "DOSSIER_DAILY_BUDGET=" + dollars(r.DailyBudget),
		"DOSSIER_CALL_RATE=" + strconv.Itoa(r.CallRate), "DOSSIER_FALLBACK=" + strconv.FormatBool(r.Fallback),
	}
}
