package index

import (
	"encoding/binary"
	"math/bits"
)

// pageTexts is the number of texts of a page.
const pageTexts = 32

// texts is a persistent array of texts, any of which may be absent. A page is
// one string: a bit for each text that is there, where each of those ends, and
// the texts, one behind the other; words are little-endian.
type texts struct {
	pages table[string]
}

// at is the text, and whether it is there. It is a part of its page.
func (t *texts) at(i uint32) (string, bool) {
	page := t.pages.at(i / pageTexts)
	if page == "" {
		return "", false
	}
	mask, bit := word(page, 0), uint32(1)<<(i%pageTexts)
	if mask&bit == 0 {
		return "", false
	}
	body := 4 + 4*bits.OnesCount32(mask)
	at := bits.OnesCount32(mask & (bit - 1))
	start := uint32(0)
	if at > 0 {
		start = word(page, 4*at)
	}
	return page[body+int(start) : body+int(word(page, 4+4*at))], true
}

// word is the 32 bits at the byte offset.
func word(page string, at int) uint32 {
	s := page[at : at+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// textEdit sets a text or takes it away.
type textEdit struct {
	at     uint32
	text   string
	absent bool
}

// edit applies the edits, which are sorted and each of another text. Every page
// is made once.
func (t *texts) edit(o *owner, edits []textEdit) {
	for len(edits) > 0 {
		page, n := edits[0].at/pageTexts, 1
		for n < len(edits) && edits[n].at/pageTexts == page {
			n++
		}
		t.rebuild(o, page, edits[:n])
		edits = edits[n:]
	}
}

func (t *texts) rebuild(o *owner, number uint32, edits []textEdit) {
	var (
		list [pageTexts]string
		mask uint32
		size int
	)
	for i := range uint32(pageTexts) {
		text, present := "", false
		if len(edits) > 0 && edits[0].at%pageTexts == i {
			text, present = edits[0].text, !edits[0].absent
			edits = edits[1:]
		} else {
			text, present = t.at(number*pageTexts + i)
		}
		if present {
			list[i] = text
			mask |= 1 << i
			size += 4 + len(text)
		}
	}
	if mask == 0 {
		t.pages.set(o, number, "")
		return
	}
	page := make([]byte, 4+4*bits.OnesCount32(mask), 4+size)
	binary.LittleEndian.PutUint32(page, mask)
	body, at := len(page), 4
	for i := range uint32(pageTexts) {
		if mask&(1<<i) != 0 {
			page = append(page, list[i]...)
			binary.LittleEndian.PutUint32(page[at:], uint32(len(page)-body))
			at += 4
		}
	}
	t.pages.set(o, number, textIn(page)) // which is never changed again
}
