package cache

import (
	"encoding/base64"
	"sync"
	"sync/atomic"
)

// Answer is the body of an answer, with what was made of it. It does not change.
type Answer struct {
	Body []byte
	// Tag is the part of the entity tag that all forms of the answer share: 22
	// letters, digits, dashes and underscores, equal only for equal answers.
	Tag string

	key     Key
	made    sync.Mutex
	encoded map[string][]byte // by name of the encoding; made guards it
	bytes   atomic.Int64      // of all encoded
}

func newAnswer(key Key, body []byte) *Answer {
	return &Answer{Body: body, Tag: base64.RawURLEncoding.EncodeToString(key[:16]), key: key}
}

// What an answer takes besides its bytes.
const answerBytes = 300

// weigh is what the answer takes in memory.
func (a *Answer) weigh() int { return answerBytes + len(a.Body) + int(a.bytes.Load()) }

// Encoded is the body of the answer in a content encoding, made by the function
// when it is asked for first. The caller must not change it.
func (c *Cache) Encoded(a *Answer, encoding string, encode func([]byte) []byte) []byte {
	a.made.Lock()
	defer a.made.Unlock()
	if body, ok := a.encoded[encoding]; ok {
		return body
	}
	body := encode(a.Body)
	if a.encoded == nil {
		a.encoded = map[string][]byte{}
	}
	a.encoded[encoding] = body
	a.bytes.Add(int64(len(body)))
	c.kept.Reweigh(a.key)
	return body
}
