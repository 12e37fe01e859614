package model

// What documents report of nodes is answered by plans alone: what is here gives
// gqlgen its types.

// StatusHistory is the Go side of the GraphQL type.
type StatusHistory struct {
	TotalCount int
	Truncated  bool
}

// StatusStatement is the Go side of the GraphQL type.
type StatusStatement struct {
	Document *Document
	About    Node
	Status   Text
	AsOf     *Text
	Date     *Text
	DateIs   Text
	Modality Text
	Wording  *string
	Link     *Link
}

// StatementDate is OF_STATE, OF_DOCUMENT or UNKNOWN.
type StatementDate = Text

// Citations is always an error.
func (*StatusStatement) Citations() ([]*Citation, error) { return nil, errPlanned }

// Items is always an error.
func (*StatusHistory) Items(limit int) ([]*StatusStatement, error) { return nil, errPlanned }

// StatusHistory is always an error.
func (NodeBase) StatusHistory() (*StatusHistory, error) { return nil, errPlanned }
