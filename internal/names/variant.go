package names

import (
	"slices"
	"strings"
)

// Names of other scripts and with other letters are written in many ways: Mohammed and
// Muhammad, Zelensky and Selenskyj, Müller and Mueller, St. John and Saint John. Two
// spellings may be one name or two, so a person has to see the match.

// variantGroups are spellings of one name that rules do not lead together.
var variantGroups = []string{
	"mohammed mohamed mohammad mohamad muhammad muhammed muhamad mahomed mehmed mehmet",
	"ahmed ahmad achmed ahmet", "said sayed sayyid syed saeed saied seyed sayid", "hussein husain hussain hossein husayn hosein huseyin",
	"yusuf yousef youssef yousuf yusef yussuf iosif", "omar umar omer", "othman osman usman uthman", "khalid khaled chalid", "ibrahim ebrahim brahim",
	"mustafa mostafa moustafa mustapha", "abdul abdel abdal abdoul", "abdullah abdallah abdulla", "ali aly", "hasan hassan hasson",
	"aleksandr alexander aleksander alexandr oleksandr", "sergei sergey serge serhiy sergiy", "dmitri dmitry dimitri dmitriy dmytro", "yuri yury iurii yuriy juri jurij",
	"nikolai nikolay nicolai mykola", "andrei andrey andriy andrej", "alexei alexey aleksei aleksey oleksiy", "evgeny yevgeny evgenii evgeni yevgeni jewgeni",
	"mikhail michail mykhailo", "vladimir wladimir volodymyr", "vasily vassily vasili wassili", "olga olha", "elena yelena helena olena", "tatiana tatyana tatjana",
	"jon john", "sean shawn shaun", "geoffrey jeffrey jeffery geoffry", "stephen steven stefan stephan", "catherine katherine kathryn katharine catharine",
	"tchaikovsky chaikovsky tschaikowsky", "chang zhang", "li lee", "hsu xu", "wong wang", "chou zhou", "tsai cai", "hsieh xie",
}

// variantOf leads each word of a group to the first.
var variantOf = func() map[string]string {
	m := map[string]string{}
	for _, group := range variantGroups {
		words := strings.Fields(group)
		for _, w := range words {
			m[w] = words[0]
		}
	}
	return m
}()

// variants reports whether two words or surnames may be spellings of one name.
func variants(a, b string) bool {
	x, y := spelling(a), spelling(b)
	if x == y {
		return x != ""
	}
	return len(x) > 4 && loose(x) == loose(y) && (!Known(a) || !Known(b))
}

// spelling writes a name as its spellings have in common: "muller" for "mueller", "al
// saied" and "el-sayed" alike.
func spelling(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		switch w {
		case "el", "ul", "as", "es", "ash", "ad", "ar", "an":
			if len(words) > 1 {
				w = "al"
			}
		case "st":
			w = "saint"
		case "ste":
			w = "sainte"
		}
		if first, ok := variantOf[w]; ok {
			w = first
		}
		words[i] = letters.Replace(endings.Replace(w + "$"))
	}
	return undouble(strings.TrimSuffix(strings.Join(words, ""), "$"))
}

// endings are the ends of words that transliterations write in many ways; $ is the
// end.
var endings = strings.NewReplacer("skyj$", "ski", "skyy$", "ski", "skij$", "ski", "skiy$", "ski", "skii$", "ski", "sky$", "ski", "owski$", "ovski", "off$", "ov", "eff$", "ev",
	"iy$", "i", "ii$", "i", "ij$", "i", "yi$", "i", "ey$", "ei", "ay$", "ai", "y$", "i", "$", "")

// letters are sounds that are written in more than one way.
var letters = strings.NewReplacer("tsch", "ch", "tch", "ch", "sch", "sh", "ph", "f", "th", "t", "dh", "d", "kh", "k", "gh", "g", "ck", "k",
	"ae", "a", "oe", "o", "ue", "u", "ou", "u", "oo", "u", "ee", "i", "ce", "se", "ci", "si", "cy", "si", "ch", "ch", "c", "k", "q", "k", "x", "ks",
	"tz", "s", "ts", "s", "z", "s", "w", "v", "y", "i", "j", "i")

// undouble writes double letters once.
func undouble(s string) string {
	b := []byte(s)
	return string(slices.Compact(b))
}

// vowels are letters that a transliteration chooses by ear.
var vowels = strings.NewReplacer("e", "a", "u", "o")

// loose is a spelling with vowels that sound alike written alike, but for the first
// letter.
func loose(spelled string) string {
	if spelled == "" {
		return ""
	}
	return undouble(spelled[:1] + vowels.Replace(spelled[1:]))
}

// variantKey is equal for names that [variants] takes for spellings of one.
func variantKey(name string) string { return loose(spelling(name)) }
