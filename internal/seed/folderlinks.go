package seed

import (
	"slices"
	"strings"

	"ecpgraph/internal/kg"
	"ecpgraph/internal/ontology"
)

// linkPlaces tells where the parts of a link that name other things are written.
type linkPlaces struct {
	far   place // the node at the far end
	farID kg.ID
}

func (r *folderReader) readLinks(t *ontology.NodeType, near kg.ID, links *item) {
	if links.kind != objectItem {
		r.faults.addf(links.at, "%s: links: want relation fields with a list below each, not %s", near, links.kind)
		return
	}
	for i := range links.members {
		m := &links.members[i]
		end := t.End(m.key)
		if end == nil {
			r.faults.addf(m.at, "%s: links: a %s has no relation field %q%s", near, t.Name, m.key, ontology.DidYouMean(m.key, endNames(t)))
			continue
		}
		about := string(near) + ": " + m.key
		for j := range r.decoder.list(&m.value, about) {
			r.readLink(end, near, &m.value.list[j], about)
		}
	}
}

func (r *folderReader) readLink(end *ontology.End, near kg.ID, it *item, about string) {
	if it.kind != objectItem {
		r.faults.addf(it.at, "%s: want keys such as node and cite, not %s", about, it.kind)
		return
	}
	before := len(r.faults.list)
	relation := end.Relation
	l := &kg.Link{Relation: relation.Name, Basis: kg.Stated, Modality: kg.Asserted}
	var far kg.ID
	var key string
	places := linkPlaces{far: it.at}
	if node := it.get("node"); node != nil {
		text, _ := r.decoder.text(node, about+": node")
		far, places.far = kg.ID(text), node.at
		about += " " + text
	} else {
		r.faults.addf(it.at, "%s: node is required", about)
	}
	if k := it.get("key"); k != nil {
		key, _ = r.decoder.text(k, about+": key")
	}
	if modality := it.get("modality"); modality != nil {
		l.Modality = kg.Modality(r.oneOf(modality, about+": modality", string(kg.Asserted), string(kg.Planned), string(kg.Proposed), string(kg.Possible)))
	}
	l.Props = r.decoder.fields(it, schema{
		about: about, fields: relation.Fields, field: relation.Field, implicit: kg.PropWording,
		others: []string{"node", "key", "cite", "modality"},
	})
	l.Citations = r.citations(it, about)
	l.From, l.To = near, far
	if end.Direction == ontology.In {
		l.From, l.To = far, near
	}
	if far == "" {
		return
	}
	l.ID = kg.LinkID(relation.Name, l.From, l.To, key)
	if first, ok := r.set.places[l.ID]; ok {
		r.faults.addf(it.at, "%s: this link is written twice, first at %s; two facts need a key to tell them apart", about, first)
		return
	}
	if places.farID = far; len(r.faults.list) == before && r.ontology.TypeOf(far) != nil {
		r.faults.addAll(it.at, r.ontology.CheckLink(l))
	}
	r.set.places[l.ID], r.ends[l.ID] = it.at, places
	r.set.Links = append(r.set.Links, l)
}

func (r *folderReader) oneOf(it *item, about string, words ...string) string {
	text, ok := r.decoder.text(it, about)
	if ok && !slices.Contains(words, text) {
		r.faults.addf(it.at, "%s: %q is none of %s%s", about, text, strings.Join(words, ", "), ontology.DidYouMean(text, words))
	}
	return text
}

// checkEnds reports what names a node or link that no file defines.
func (r *folderReader) checkEnds() {
	nodes := map[kg.ID]bool{}
	ids := make([]string, 0, len(r.set.Nodes))
	for _, n := range r.set.Nodes {
		nodes[n.ID] = true
		ids = append(ids, string(n.ID))
	}
	for _, short := range sortedKeys(r.shorts) {
		id := r.shorts[short]
		if t := r.ontology.TypeOf(id); t == nil || t.Name != ontology.DocumentType {
			r.faults.addf(r.documentAt[short], "document %s: %q is not the id of a %s", short, id, ontology.DocumentType)
		} else if !nodes[id] {
			r.faults.addf(r.documentAt[short], "document %s: no node %q%s", short, id, ontology.DidYouMean(string(id), ids))
		}
	}
	for _, l := range r.set.Links {
		places := r.ends[l.ID]
		if !nodes[places.farID] {
			r.faults.addf(places.far, "%s: no node %q%s", l.Relation, places.farID, ontology.DidYouMean(string(places.farID), ids))
		}
	}
}

func endNames(t *ontology.NodeType) []string {
	names := make([]string, len(t.Ends))
	for i, e := range t.Ends {
		names[i] = e.Field()
	}
	return names
}
