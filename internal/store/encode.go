package store

import (
	"runtime"
	"sync"
	"sync/atomic"

	"ecpgraph/internal/kg"
)

// runRecords is how many records are encoded in one go. What has more is
// encoded on all processors.
const runRecords = 1 << 10

// usualRecord is about how many bytes a record takes.
const usualRecord = 384

// run is consecutive records of a commit, encoded one behind the other.
type run struct {
	body []byte
	ends []int // where each record ends in body
	err  error // of the first record that cannot be kept
}

// encodeRecords encodes the records in runs of runRecords, the last shorter.
// The error is that of the first record that cannot be kept.
func encodeRecords(records []kg.Record) ([]run, error) {
	runs := make([]run, (len(records)+runRecords-1)/runRecords)
	var next atomic.Int64
	encode := func() {
		for i := int(next.Add(1)) - 1; i < len(runs); i = int(next.Add(1)) - 1 {
			runs[i] = encodeRun(records[i*runRecords : min(len(records), (i+1)*runRecords)])
		}
	}
	var encoding sync.WaitGroup
	for range min(len(runs), runtime.GOMAXPROCS(0)) - 1 {
		encoding.Go(encode)
	}
	encode()
	encoding.Wait()
	for i := range runs {
		if err := runs[i].err; err != nil {
			return nil, err
		}
	}
	return runs, nil
}

func encodeRun(records []kg.Record) run {
	r := run{body: make([]byte, 0, len(records)*usualRecord), ends: make([]int, len(records))}
	for i := range records {
		start := len(r.body)
		if r.body, r.err = appendRecord(r.body, &records[i]); r.err != nil {
			return r
		}
		size := len(r.body) - start
		if size > MaxRecord {
			r.err = kg.Errorf(kg.Limit, "%s takes %d bytes, more than %d: shorten its properties", describe(&records[i]), size, MaxRecord)
			return r
		}
		r.ends[i] = len(r.body)
	}
	return r
}
