package index

import "unsafe"

// The functions here see one stretch of memory as another type. What has no
// pointers and is never changed after it was published can be seen so: rows,
// edges, entries, and texts.

// wordsOf is the number of 32-bit words of an element.
func wordsOf[E any]() int { return sizeOf[E]() / 4 }

func sizeOf[E any]() int {
	var e E
	return int(unsafe.Sizeof(e))
}

// elementsOf sees the words as elements.
func elementsOf[E any](words []uint32) []E {
	if len(words) == 0 {
		return nil
	}
	return unsafe.Slice((*E)(unsafe.Pointer(&words[0])), len(words)/wordsOf[E]())
}

// asWords sees the elements as words.
func asWords[E any](elements []E) []uint32 {
	if len(elements) == 0 {
		return nil
	}
	return unsafe.Slice((*uint32)(unsafe.Pointer(&elements[0])), len(elements)*wordsOf[E]())
}

// bytesOf sees the elements as bytes.
func bytesOf[E any](elements []E) []byte {
	if len(elements) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&elements[0])), len(elements)*sizeOf[E]())
}

// elementsIn sees the bytes, which must be aligned, as elements.
func elementsIn[E any](b []byte) []E {
	if len(b) < sizeOf[E]() {
		return nil
	}
	return unsafe.Slice((*E)(unsafe.Pointer(&b[0])), len(b)/sizeOf[E]())
}

// bytesOfPage and pageIn do the same for a page of rows.
func bytesOfPage[T any](page *[pageRows]T) []byte {
	if page == nil {
		return nil
	}
	return bytesOf(page[:])
}

func pageIn[T any](b []byte) *[pageRows]T {
	if len(b) != pageRows*sizeOf[T]() {
		return nil
	}
	return (*[pageRows]T)(unsafe.Pointer(&b[0]))
}

// bytesOfText and textIn do the same for a text.
func bytesOfText(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }

func textIn(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// aligned is the bytes where a word can start: themselves or a copy.
func aligned(b []byte) []byte {
	if uintptr(unsafe.Pointer(unsafe.SliceData(b)))%8 == 0 {
		return b
	}
	words := make([]uint64, (len(b)+7)/8)
	to := bytesOf(words)[:len(b)]
	copy(to, b)
	return to
}
