// Package plan answers query operations without gqlgen's executor, which spends
// a goroutine, a context and a dozen allocations on every field. An operation is
// compiled once into a Plan; running it has two phases:
//
//	gather   walks the plan level by level and selects the pages of all
//	         connections of a level together, whatever the number of parents
//	write    walks the plan once more, depth first, and appends JSON to one buffer
//
// Both visit the same values in the same order, so the second takes the results
// of the first one after the other. What is selected, filtered and ordered is
// package query's business; what exists, the ontology's. Introspection,
// subscriptions and operations with @defer stay with gqlgen.
//
// The phases follow the execution of the GraphQL specification (October 2021,
// section 6): fields are collected by response key, and a null where the schema
// allows none takes the nearest nullable parent with it.
package plan
