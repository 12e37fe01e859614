// Package store keeps the truth: one ordered log of commits over a pluggable
// engine. Log implements kg.Store once, above every engine:
//
//	Log      codec, checksums, packing, digest chain, limits, closing
//	Engine   opaque chunks in order, and the head: all or nothing, durable
//
// An engine never looks into a chunk, so engines cannot differ in an answer.
// The engines are subpackages; storetest holds all of them to the same
// behaviour. The bytes are described in docs/disk-format.md.
package store
