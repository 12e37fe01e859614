// Package progress tells how plans stand: what documents report of the state of
// a thing, and, action by action, how a plan's due dates lie to a date and what is
// reported of what it sets out. It claims nothing that no document carries.
package progress
