package scan

import "github.com/dossier-legal/dossier"

// rule is what a finder found a mention by: a name for explanations, and the type,
// method and score of the mention.
type rule struct {
	name   string
	typ    dossier.MentionType
	method string
	score  float64
}

// The rules with their scores. A score says how strong the evidence is.
var (
	fullDate       = rule{"month-day-year", dossier.Date, "date", 0.99}
	dayFirstDate   = rule{"day-month-year", dossier.Date, "date", 0.98}
	shortMonthDate = rule{"month-in-letters", dossier.Date, "date", 0.95}
	monthAndYear   = rule{"month-and-year", dossier.Date, "date", 0.95}
	isoDateRule    = rule{"year-month-day", dossier.Date, "date", 0.95}
	numericOrder   = rule{"date-in-digits", dossier.Date, "date", 0.95}
	rangeOfDays    = rule{"range-of-days", dossier.Date, "date", 0.9}
	rangeOfMonths  = rule{"range-of-months", dossier.Date, "date", 0.9}
	countedFromDay = rule{"time-from-day", dossier.Date, "relative", 0.8}
	countedFrom    = rule{"time-from-event", dossier.Date, "relative", 0.8}
	besideWeekday  = rule{"weekday-beside-day", dossier.Date, "relative", 0.8}
	besideDay      = rule{"day-beside-day", dossier.Date, "relative", 0.8}
	besideWritten  = rule{"period-beside-day-of-writing", dossier.Date, "relative", 0.75}
	dayOfWriting   = rule{"day-of-writing", dossier.Date, "relative", 0.85}

	signedAmount  = rule{"currency-sign", dossier.Money, "money", 0.98}
	namedAmount   = rule{"currency-name", dossier.Money, "money", 0.95}
	spelledAmount = rule{"amount-in-words", dossier.Money, "money", 0.95}
	percentSign   = rule{"percent-sign", dossier.Percent, "percent", 0.98}
	percentWord   = rule{"percent-word", dossier.Percent, "percent", 0.95}
	timeUnit      = rule{"unit-of-time", dossier.Duration, "duration", 0.9}

	emailAddress       = rule{"mail-address", dossier.Email, "email", 0.99}
	phoneWithCode      = rule{"phone-with-country-code", dossier.Phone, "phone", 0.95}
	phoneOfAmerica     = rule{"phone-of-north-america", dossier.Phone, "phone", 0.95}
	threeGroups        = rule{"three-groups-of-digits", dossier.Phone, "phone", 0.8} // they may be something else
	phoneOfCountry     = rule{"phone-beside-country", dossier.Phone, "phone", 0.9}
	phoneLabelled      = rule{"phone-label", dossier.Phone, "phone", 0.75}
	postalAddress      = rule{"street-to-zip", dossier.Address, "address", 0.9}
	barAdmission       = rule{"bar-number", dossier.BarNumber, "bar", 0.95}
	labelledDocketRule = rule{"docket-label", dossier.Docket, "docket", 0.95}
	shortenedDocket    = rule{"shortened-docket-of-list", dossier.Docket, "docket", 0.9}
	listedDocket       = rule{"docket-of-list", dossier.Docket, "docket", 0.93}
	docketOfYear       = rule{"docket-of-year", dossier.Docket, "docket", 0.95}
	federalDocketRule  = rule{"federal-docket", dossier.Docket, "docket", 0.97}
)
