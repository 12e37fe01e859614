package graph

//go:generate go run ecpgraph/internal/gen ..
//go:generate go tool gqlgen generate
