package index

// dictionary numbers texts that occur again and again. It forgets none.
type dictionary struct {
	texts texts // by number
	hash  hashes
}

// at is the text of the number.
func (d *dictionary) at(number uint32) string {
	text, _ := d.texts.at(number)
	return text
}

// find is the number of the text.
func (d *dictionary) find(text string) (uint32, bool) {
	hash := hashOf(text)
	for _, entry := range d.hash.bucket(hash) {
		if uint32(entry>>32) == hash && d.at(uint32(entry)) == text {
			return uint32(entry), true
		}
	}
	return 0, false
}

// dictionaryEdit gathers texts that a dictionary lacks.
type dictionaryEdit struct {
	base    *dictionary // before the transaction
	numbers map[string]uint32
	texts   []textEdit
}

// number finds the number of the text, or gives it one.
func (e *dictionaryEdit) number(o *owner, d *dictionary, text string) uint32 {
	if number, found := e.numbers[text]; found {
		return number
	}
	number, found := e.base.find(text)
	if !found {
		number = uint32(d.hash.entries)
		d.hash.insert(o, hashOf(text), number)
		e.texts = append(e.texts, textEdit{at: number, text: text})
	}
	if e.numbers == nil {
		e.numbers = map[string]uint32{}
	}
	e.numbers[text] = number
	return number
}
