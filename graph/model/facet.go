package model

import "ecpgraph/internal/kg"

// Facets are answered by plans alone: what is here gives gqlgen their types.

// Facet is the Go side of the GraphQL type.
type Facet struct {
	By        string
	Buckets   []*Bucket
	Distinct  int
	Truncated bool
	Min, Max  *string
}

// Bucket is the Go side of the GraphQL type.
type Bucket struct {
	Value *string
	Node  Node
	Count int
}

var errPlanned = kg.Errorf(kg.Internal, "the field is answered by plans alone")

// Nodes is always an error.
func (*Bucket) Nodes(first *int, after *string) (*NodeConnection, error) { return nil, errPlanned }

// Facets is always an error.
func (NodePage) Facets(by []Text, first *int) ([]*Facet, error) { return nil, errPlanned }

// Facets is always an error.
func (RelationPage) Facets(by []Text, first *int) ([]*Facet, error) { return nil, errPlanned }
