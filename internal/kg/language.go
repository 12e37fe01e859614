package kg

// Language is the BCP 47 tag of a language in canonical form: "fr", "zh-Hant",
// "fr-CH". The zero Language is English, so that data which names no language
// is in it; no Language is "en". Package language reads and compares them.
type Language string

// English is the language of what names none.
const English Language = ""

// Tag is the tag of the language, never empty.
func (l Language) Tag() string {
	if l == English {
		return "en"
	}
	return string(l)
}
