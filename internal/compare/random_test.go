package compare

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
	"ecpgraph/internal/records"
	"ecpgraph/internal/reference"
)

const testSDL = `
"A document." type Document @node
"A tool." type Tool @node
"A body." type Body @node
"A plan." type ActionPlan @node
"A version." type PlanVersion @node
"A section." type PlanSection @node
"An action." type Action @node
"A state." enum State { "Planned." PLANNED "Done." DONE "A draft." DRAFT }
"A document reports a state." type ReportsStatusOf @relation(from: Document, to: Node, forward: "statusReports", backward: "reportedStatuses") @claim(of: STATUS, value: "status", date: "asOf") {
  "Which." status: State! @index
  "Since when." asOf: PartialDate @index
}
"A body made a tool." type MadeBy @relation(from: Tool, to: Body, forward: "madeBy", backward: "works") {
  "How far." role: State! @index
}
"A body considered a tool." type ConsideredBy @relation(from: Tool, to: Body, forward: "consideredBy", backward: "considered") {
  "With what end." outcome: State! @index
  "When." date: PartialDate @index
}
"Tools are alike." type ComparedWith @relation(from: Tool, to: Tool, forward: "comparedWith", backward: "comparedFrom") @claim(of: IDENTITY, value: "note") {
  "How." note: String
}
"A version of a plan." type VersionOf @relation(from: PlanVersion, to: ActionPlan, forward: "plans", backward: "versions")
"A section of a version." type SectionOfVersion @relation(from: PlanSection, to: PlanVersion, forward: "versions", backward: "sections")
"A section of a plan." type SectionOfPlan @relation(from: PlanSection, to: ActionPlan, forward: "plans", backward: "sections")
"A strand of a section." type WithinSection @relation(from: PlanSection, to: PlanSection, forward: "within", backward: "strands")
"An action of a section." type ListedIn @relation(from: Action, to: PlanSection, forward: "sections", backward: "actions")
"An action is about a tool." type ActsOnTool @relation(from: [Action, ActionPlan], to: Tool, forward: "tools", backward: "actions")
`

func seeded(t *testing.T) *rand.Rand { return rand.New(rand.NewPCG(reference.NewSeed(t), 3)) }

func testOntology(t *testing.T) *ontology.Ontology {
	t.Helper()
	o, err := ontology.Parse([]ontology.Source{{Name: "test.graphqls", Text: testSDL}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// world is a random graph as plain values.
type world struct {
	*rand.Rand
	nodes []*kg.Node
	links []*kg.Link
}

func (w *world) citations(from int) []kg.Citation {
	var list []kg.Citation
	for range from + w.IntN(2) {
		list = append(list, kg.Citation{Document: kg.ID(fmt.Sprint("document:", w.IntN(3))), Locator: fmt.Sprint("para ", w.IntN(4))})
	}
	return list
}

func newWorld(r *rand.Rand) *world {
	w := &world{Rand: r}
	ids := map[string][]kg.ID{}
	for typ, count := range map[string]int{"Document": 3, "Tool": 5, "Body": 3, "ActionPlan": 2, "PlanVersion": 3, "PlanSection": 5, "Action": 6} {
		for i := range count {
			ids[typ] = append(ids[typ], kg.NodeID(typ, fmt.Sprint(i)))
		}
	}
	for _, typ := range slices.Sorted(maps.Keys(ids)) {
		for i, id := range ids[typ] {
			n := &kg.Node{ID: id, Type: typ, Name: fmt.Sprint(typ, i), Citations: w.citations(1)}
			for a := range w.IntN(4) {
				n.Aliases = append(n.Aliases, kg.Alias{Name: []string{"An", "an", "other", "NAME"}[a], Citations: w.citations(1)})
			}
			w.nodes = append(w.nodes, n)
		}
	}
	one := func(typ string) kg.ID { return ids[typ][w.IntN(len(ids[typ]))] }
	add := func(relation string, from, to kg.ID, props kg.Props) {
		l := &kg.Link{ID: kg.LinkID(relation, from, to, fmt.Sprint(len(w.links))), Relation: relation, From: from, To: to, Basis: kg.Stated, Modality: kg.Asserted,
			Props: props, Citations: w.citations(1)}
		if len(w.links) > 0 && w.IntN(8) == 0 {
			l.Basis, l.Premises = kg.Derived, []kg.ID{w.links[w.IntN(len(w.links))].ID}
		}
		w.links = append(w.links, l)
	}
	state := func(name string) kg.Props {
		return kg.Props{name: []string{"PLANNED", "DONE", "DRAFT"}[w.IntN(3)]}
	}
	dated := func(props kg.Props, name string) kg.Props {
		if w.IntN(3) > 0 {
			props[name] = []string{"2016", "2016-09", "2017", "2017-05"}[w.IntN(4)]
		}
		return props
	}
	for range 12 {
		add("ReportsStatusOf", one("Document"), one([]string{"Tool", "Body"}[w.IntN(2)]), dated(state("status"), "asOf"))
		add("MadeBy", one("Tool"), one("Body"), state("role"))
	}
	for range 40 { // so that several speak of one case
		add("ConsideredBy", one("Tool"), one("Body"), dated(state("outcome"), "date"))
	}
	for range 3 {
		add("ComparedWith", one("Tool"), one("Tool"), nil)
		add("VersionOf", one("PlanVersion"), one("ActionPlan"), nil)
		add("SectionOfVersion", one("PlanSection"), one("PlanVersion"), nil)
		add("SectionOfPlan", one("PlanSection"), one("ActionPlan"), nil)
		add("WithinSection", one("PlanSection"), one("PlanSection"), nil)
		add("ListedIn", one("Action"), one("PlanSection"), nil)
		add("ActsOnTool", one([]string{"Action", "ActionPlan"}[w.IntN(2)]), one("Tool"), nil)
	}
	return w
}

func (w *world) change() kg.Change { return kg.Change{PutNodes: w.nodes, PutLinks: w.links} }

func cites(list []kg.Citation, document kg.ID) bool {
	return slices.ContainsFunc(list, func(c kg.Citation) bool { return document == "" || c.Document == document })
}

// naiveSide is a side as tell writes it: of the citations given, those of the
// document, or all.
func naiveSide(text string, document kg.ID, links int, lists ...[]kg.Citation) string {
	set := map[string]bool{}
	for _, list := range lists {
		for _, c := range list {
			if document == "" || c.Document == document {
				set[string(c.Document)+" "+c.Locator] = true
			}
		}
	}
	return fmt.Sprintf("%s [%s] %d", text, strings.Join(slices.Sorted(maps.Keys(set)), ", "), links)
}

// about lists the stated links at the node that cite the document.
func (w *world) about(n *kg.Node, document kg.ID) (list []*kg.Link) {
	for _, l := range w.links {
		if (l.From == n.ID || l.To == n.ID) && l.Basis == kg.Stated && l.Relation != "ComparedWith" && cites(l.Citations, document) {
			list = append(list, l)
		}
	}
	return list
}

// aspect is what links may differ in, with what each document says there.
type aspect struct {
	kind Kind
	key  string
	said [2]map[string][]*kg.Link
}

// naiveDocuments says what differs by going through all nodes and links for
// each question.
func (w *world) naiveDocuments(first, second kg.ID) (lines []string, kept int) {
	for _, n := range w.nodes {
		if n.ID == first || n.ID == second {
			continue
		}
		var speaks [2]bool
		var sides [2]string
		var names [2][]string
		aspects := map[string]*aspect{}
		for d, document := range []kg.ID{first, second} {
			own := cites(n.Citations, document)
			lists := [][]kg.Citation{n.Citations}
			for _, a := range n.Aliases {
				lists = append(lists, a.Citations)
				if cites(a.Citations, document) {
					own = true
					names[d] = append(names[d], a.Name)
				}
			}
			links := w.about(n, document)
			for _, l := range links {
				lists = append(lists, l.Citations)
				say := func(kind Kind, key, text string) {
					key = fmt.Sprint(kind) + key
					a := aspects[key]
					if a == nil {
						a = &aspect{kind: kind, key: key, said: [2]map[string][]*kg.Link{{}, {}}}
						aspects[key] = a
					}
					a.said[d][text] = append(a.said[d][text], l)
				}
				switch {
				case l.Relation == "ReportsStatusOf" && l.To == n.ID && l.From == document:
					say(StatusMoved, "", l.Props["status"].(string))
					if date, ok := l.Props["asOf"].(string); ok {
						say(Redated, "status "+l.Props["status"].(string), date)
					}
				case l.Relation == "MadeBy" && l.From == n.ID:
					say(Reassigned, l.Props["role"].(string), strings.ReplaceAll(string(l.To), "body:", "Body"))
				case l.Relation == "ConsideredBy" && l.From == n.ID:
					if date, ok := l.Props["date"].(string); ok {
						say(Redated, string(l.To)+l.Props["outcome"].(string), date)
					}
				}
			}
			speaks[d] = own || len(links) > 0
			sides[d] = naiveSide(strings.Join(append([]string{n.Name}, names[d]...), "; "), document, len(links), lists...)
		}
		switch {
		case speaks[0] && !speaks[1]:
			lines = append(lines, fmt.Sprintf("DROPPED %s: %s -> -", n.ID, sides[0]))
		case speaks[1] && !speaks[0]:
			lines = append(lines, fmt.Sprintf("ADDED %s: - -> %s", n.ID, sides[1]))
		case speaks[0] && speaks[1]:
			kept++
			lines = append(lines, w.naiveNames(n, names, first, second)...)
			for _, a := range aspects {
				if line, ok := a.line(n, first, second); ok {
					lines = append(lines, line)
				}
			}
		}
	}
	slices.Sort(lines)
	return lines, kept
}

func (w *world) naiveNames(n *kg.Node, names [2][]string, first, second kg.ID) []string {
	var only [2][]string
	var lists [2][][]kg.Citation
	for d := range names {
		for _, name := range names[d] {
			if slices.ContainsFunc(names[1-d], func(other string) bool { return strings.EqualFold(other, name) }) {
				continue
			}
			only[d] = append(only[d], name)
			for _, a := range n.Aliases {
				if a.Name == name {
					lists[d] = append(lists[d], a.Citations)
				}
			}
		}
	}
	if len(only[0]) == 0 || len(only[1]) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("RENAMED %s: %s -> %s", n.ID,
		naiveSide(strings.Join(only[0], "; "), first, 0, lists[0]...), naiveSide(strings.Join(only[1], "; "), second, 0, lists[1]...))}
}

func (a *aspect) line(n *kg.Node, first, second kg.ID) (string, bool) {
	same := func(x, y string) bool { return x == y }
	if a.kind == Redated {
		same = func(x, y string) bool { return strings.HasPrefix(x, y) || strings.HasPrefix(y, x) }
	}
	for d := range a.said {
		news := false
		for x := range a.said[d] {
			met := false
			for y := range a.said[1-d] {
				met = met || same(x, y)
			}
			news = news || !met
		}
		if !news {
			return "", false
		}
	}
	side := func(d int, document kg.ID) string {
		texts := slices.Sorted(maps.Keys(a.said[d]))
		links := map[kg.ID]bool{}
		var lists [][]kg.Citation
		for i, text := range texts {
			var dates []string
			for _, l := range a.said[d][text] {
				links[l.ID] = true
				lists = append(lists, l.Citations)
				if date, ok := l.Props["asOf"].(string); ok && a.kind == StatusMoved {
					dates = append(dates, date)
				}
			}
			if slices.Sort(dates); len(dates) > 0 {
				texts[i] = text + " (" + strings.Join(slices.Compact(dates), ", ") + ")"
			}
		}
		if a.kind == StatusMoved { // as the enum lists them
			place := func(text string) int {
				word, _, _ := strings.Cut(text, " ")
				return slices.Index([]string{"PLANNED", "DONE", "DRAFT"}, word)
			}
			slices.SortFunc(texts, func(x, y string) int { return cmp.Compare(place(x), place(y)) })
		}
		return naiveSide(strings.Join(texts, "; "), document, len(links), lists...)
	}
	return fmt.Sprintf("%v %s: %s -> %s", a.kind, n.ID, side(0, first), side(1, second)), true
}

// TestDocumentsAtRandom holds comparisons of documents of random graphs against
// the oracle, and sees every kind of difference.
func TestDocumentsAtRandom(t *testing.T) {
	r, o := seeded(t), testOntology(t)
	seen := map[string]int{}
	for range 300 {
		w := newWorld(r)
		view := viewOf(t, o, w.change())
		c, err := Documents(t.Context(), view, []kg.ID{"document:0", "document:1"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := tell(t, view, c)
		for i := 1; i < len(c.Items); i++ {
			if c.Items[i-1].Kind > c.Items[i].Kind {
				t.Fatalf("%v before %v", c.Items[i-1].Kind, c.Items[i].Kind)
			}
		}
		slices.Sort(got)
		want, kept := w.naiveDocuments("document:0", "document:1")
		if !slices.Equal(got, want) || c.Kept != kept {
			t.Fatalf("kept %d, want %d\n%s\nwant\n%s", c.Kept, kept, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, line := range got {
			kind, _, _ := strings.Cut(line, " ")
			seen[kind]++
		}
	}
	if len(seen) != 6 {
		t.Errorf("only these kinds were seen: %v", seen)
	}
	t.Log(seen)
}

// naivePlan is what the plan has, with the fields and citations that say so.
func (w *world) naivePlan(plan kg.ID, both map[kg.ID]bool) (parts map[kg.ID]bool, lines map[kg.ID]string) {
	up := []string{"VersionOf", "SectionOfVersion", "SectionOfPlan", "WithinSection", "ListedIn"}
	backward := map[string]string{"VersionOf": "versions", "SectionOfVersion": "sections", "SectionOfPlan": "sections", "WithinSection": "strands", "ListedIn": "actions"}
	parts = map[kg.ID]bool{plan: true}
	for again := true; again; {
		again = false
		for _, l := range w.links {
			if l.Basis == kg.Stated && slices.Contains(up, l.Relation) && parts[l.To] && !parts[l.From] {
				parts[l.From], again = true, true
			}
		}
	}
	if both == nil {
		return parts, nil
	}
	fields, links, lists := map[kg.ID][]string{}, map[kg.ID]map[kg.ID]bool{}, map[kg.ID][][]kg.Citation{}
	add := func(id kg.ID, field string, l *kg.Link) {
		if links[id] == nil {
			links[id] = map[kg.ID]bool{}
		}
		fields[id], links[id][l.ID], lists[id] = append(fields[id], field), true, append(lists[id], l.Citations)
	}
	for _, l := range w.links {
		if l.Basis != kg.Stated || l.Relation == "ComparedWith" || l.Relation == "ReportsStatusOf" {
			continue
		}
		if slices.Contains(up, l.Relation) && parts[l.To] && parts[l.From] && l.From != plan {
			add(l.From, backward[l.Relation], l)
		}
		forward := map[string]string{"ActsOnTool": "tools", "VersionOf": "plans", "SectionOfVersion": "versions", "SectionOfPlan": "plans", "WithinSection": "within", "ListedIn": "sections"}[l.Relation]
		if parts[l.From] && !both[l.To] {
			add(l.To, forward, l)
		}
		if parts[l.To] && !both[l.From] {
			add(l.From, backward[l.Relation], l)
		}
	}
	lines = map[kg.ID]string{}
	for id, list := range fields {
		slices.Sort(list)
		lines[id] = naiveSide(strings.Join(slices.Compact(list), "; "), "", len(links[id]), lists[id]...)
	}
	return parts, lines
}

// TestPlansAtRandom does the same for plans and versions of plans.
func TestPlansAtRandom(t *testing.T) {
	r, o := seeded(t), testOntology(t)
	lines := 0
	for range 300 {
		w := newWorld(r)
		view := viewOf(t, o, w.change())
		ids := []kg.ID{"action-plan:0", "action-plan:1", "plan-version:0", "plan-version:1"}
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		first, second := ids[0], ids[1]
		c, err := Plans(t.Context(), view, []kg.ID{first, second}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := tell(t, view, c)
		slices.Sort(got)
		old, _ := w.naivePlan(first, nil)
		now, _ := w.naivePlan(second, nil)
		both := maps.Clone(old)
		maps.Copy(both, now)
		_, before := w.naivePlan(first, both)
		_, after := w.naivePlan(second, both)
		var want []string
		kept := 0
		for id, side := range before {
			if _, ok := after[id]; ok {
				kept++
			} else {
				want = append(want, fmt.Sprintf("DROPPED %s: %s -> -", id, side))
			}
		}
		for id, side := range after {
			if _, ok := before[id]; !ok {
				want = append(want, fmt.Sprintf("ADDED %s: - -> %s", id, side))
			}
		}
		slices.Sort(want)
		if !slices.Equal(got, want) || c.Kept != kept {
			t.Fatalf("%s and %s: kept %d, want %d\n%s\nwant\n%s", first, second, c.Kept, kept, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		lines += len(got)
	}
	if lines == 0 {
		t.Error("no plans differ")
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	view := viewOf(t, testOntology(t), newWorld(seeded(t)).change())
	for _, test := range []struct {
		ids  []kg.ID
		want error
		text string
	}{
		{[]kg.ID{"document:0"}, kg.ErrInvalid, "documents: give two ids, the earlier first, not 1"},
		{[]kg.ID{"document:0", "document:1", "document:2"}, kg.ErrInvalid, "not 3"},
		{[]kg.ID{"document:0", "document:0"}, kg.ErrInvalid, "document:0 is given twice"},
		{[]kg.ID{"document:0", "document:9"}, kg.ErrNotFound, `there is no node "document:9"`},
		{[]kg.ID{"document:0", "tool:1"}, kg.ErrInvalid, "tool:1 is a Tool: give the ids of nodes of type Document"},
	} {
		if _, err := Documents(t.Context(), view, test.ids, nil); !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%v: %v", test.ids, err)
		}
	}
	if _, err := Plans(t.Context(), view, []kg.ID{"action-plan:0", "document:0"}, nil); !errors.Is(err, kg.ErrInvalid) ||
		!strings.Contains(err.Error(), "plans: document:0 is a Document: give the ids of nodes of type ActionPlan or PlanVersion") {
		t.Error(err)
	}
}

// TestBounds: a comparison ends with its context, and gives up where it would
// have to leave something out.
func TestBounds(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	c := newComparer(ctx, records.View{}, nil)
	for range MaxLooked {
		if err := c.look(); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.look(); !errors.Is(err, kg.ErrLimit) {
		t.Errorf("past the bound: %v", err)
	}
	end()
	c.looked = 1023
	if err := c.look(); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
