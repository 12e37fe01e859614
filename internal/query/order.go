package query

import (
	"strings"

	"ecpgraph/internal/index"
	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// Order is a total order of nodes: by its keys, absent values last in either
// direction, then by id.
type Order []OrderKey

// OrderKey is one field to order by.
type OrderKey struct {
	OrderField
	Descending bool
}

// ParseOrder reads an `orderBy` argument for nodes of the type, nil for any
// type: a list of {field, direction}. The error is of code Invalid.
func ParseOrder(t *ontology.NodeType, orderBy []map[string]any) (Order, error) {
	fields := OrderFields(t)
	var o Order
	for _, entry := range orderBy {
		name, _ := entry["field"].(string)
		descending := entry["direction"] == "DESC"
		if d := entry["direction"]; d != nil && d != "ASC" && !descending {
			return nil, kg.Invalidf("orderBy: the direction is ASC or DESC, not %v", d)
		}
		found := false
		for _, f := range fields {
			if f.Name == name {
				o, found = append(o, OrderKey{f, descending}), true
			}
		}
		if !found {
			return nil, kg.Invalidf("orderBy: there is no field %q to order by", name)
		}
	}
	return o, nil
}

// String names the order: "TIMEFRAME_END,NAME-". Cursors carry it.
func (o Order) String() string {
	var names []string
	for _, k := range o {
		name := k.Name
		if k.Descending {
			name += "-"
		}
		names = append(names, name)
	}
	return strings.Join(names, ",")
}

// keys are the node's values for the order, its id last.
func (o Order) keys(n *index.Node) []any {
	keys := make([]any, 0, len(o)+1)
	for _, k := range o {
		keys = append(keys, k.Field.Of(n))
	}
	return append(keys, string(n.ID))
}

// compare orders two lists of keys as keys returns them.
func (o Order) compare(a, b []any) int {
	for i, k := range o {
		if c := k.compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	return strings.Compare(a[len(o)].(string), b[len(o)].(string))
}

func (k OrderKey) compare(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	case k.Descending:
		return k.Field.compare(b, a)
	}
	return k.Field.compare(a, b)
}
