package transport

import (
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// encoding is how an answer of that many bytes is sent: compressed when it is
// large and the client takes it so, else "".
func (x *exchange) encoding(size int) string {
	if size <= x.limits.CompressFrom {
		return ""
	}
	return chooseEncoding(x.r.Header)
}

// send writes a whole answer of the media type, in the encoding. A client that
// went away needs no answer.
func (x *exchange) send(kind string, status int, encoding string, body []byte) {
	header := x.w.Header()
	header.Set("Content-Type", kind+"; charset=utf-8")
	if encoding != "" {
		header.Set("Content-Encoding", encoding)
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(status)
	if x.r.Method != http.MethodHead {
		_, _ = x.w.Write(body)
	}
}

// chooseEncoding is the encoding that the client likes best, zstd before gzip
// of equals; empty for none.
func chooseEncoding(header http.Header) string {
	weights := map[string]int{}
	for _, value := range header.Values("Accept-Encoding") {
		for entry := range strings.SplitSeq(value, ",") {
			name, parameter, _ := strings.Cut(entry, ";")
			weight, known := 1000, true
			if _, q, found := strings.Cut(parameter, "="); found {
				weight, known = parseWeight(strings.TrimSpace(q))
			}
			if known {
				weights[strings.ToLower(strings.TrimSpace(name))] = weight
			}
		}
	}
	best, most := "", 0
	for _, name := range []string{"zstd", "gzip"} {
		weight, named := weights[name]
		if !named {
			weight = weights["*"]
		}
		if weight > most {
			best, most = name, weight
		}
	}
	if most < weights["identity"] {
		return ""
	}
	return best
}

var zstdWriters = sync.Pool{New: func() any {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(128<<10), zstd.WithLowerEncoderMem(true))
	if err != nil {
		panic(err) // the options are constant
	}
	return w
}}

var gzipWriters = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is constant
	}
	return w
}}

// sink collects what is written to it.
type sink []byte

// Write never fails.
func (s *sink) Write(b []byte) (int, error) {
	*s = append(*s, b...)
	return len(b), nil
}

func compress(into []byte, encoding string, body []byte) []byte {
	if encoding == "zstd" {
		w := zstdWriters.Get().(*zstd.Encoder)
		defer zstdWriters.Put(w)
		return w.EncodeAll(body, into)
	}
	w := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(w)
	out := sink(into)
	w.Reset(&out)
	_, _ = w.Write(body) // a sink takes everything
	_ = w.Close()
	return out
}
