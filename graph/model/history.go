package model

// Histories are answered by plans alone: what is here gives gqlgen their types.

// VersionPage is the Go side of the GraphQL type.
type VersionPage struct {
	Items      []*Version
	PageInfo   *PageInfo
	TotalCount int
}

// Version is the Go side of the GraphQL type.
type Version struct {
	Revision            int
	CommittedAt, Author string
	Message             *string
	Change              VersionChange
	Changes             []*PropertyChange
}

// VersionChange is CREATED, UPDATED or DELETED.
type VersionChange = Text

// PropertyChange is the Go side of the GraphQL type.
type PropertyChange struct {
	Property      string
	Before, After *string
}

// History is always an error.
func (NodeBase) History(first *int, after *string, last *int, before *string) (*VersionPage, error) {
	return nil, errPlanned
}

// History is always an error.
func (*Link) History(first *int, after *string, last *int, before *string) (*VersionPage, error) {
	return nil, errPlanned
}
