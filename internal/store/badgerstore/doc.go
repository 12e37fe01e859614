// Package badgerstore is the default store engine: packed commits in an
// embedded Badger, each Append one durable transaction.
//
// The data directory holds Badger's files in badger/ and beside them the file
// anchor, which remembers a recent head: Badger drops what follows a damaged
// byte of its write-ahead log without a word, and the anchor makes that visible.
//
//	keys.go      every key there is
//	open.go      opening, and the faults that a start can meet
//	engine.go    append and read
//	anchor.go    the anchor file
//	options.go   options, with the reason of each Badger setting
package badgerstore
