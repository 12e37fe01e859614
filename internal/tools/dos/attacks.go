package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

func asRequest(name, document string) request { return withVariables(name, document, nil) }

func withVariables(name, document string, variables any) request {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		panic(err)
	}
	return request{name, string(body)}
}

// times repeats text, with # for the number of each.
func times(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// fill repeats text up to a body's size and cuts what is over.
func fill(prefix, text, suffix string) string {
	n := (maxBody - len(prefix) - len(suffix)) / len(text)
	return prefix + strings.Repeat(text, n) + suffix
}

// attacks are the known ways to make a server work: those that are measured in
// gqlgen and gqlparser, and for each limit the largest that it lets through.
func attacks() []request {
	var list []request
	document := func(name, text string) { list = append(list, asRequest(name, text)) }
	variables := func(name, text string, v any) { list = append(list, withVariables(name, text, v)) }
	raw := func(name, body string) { list = append(list, request{name, body}) }

	// The same field many times: the overlap rule compares all pairs.
	for _, n := range []int{250, 500, 1000, 1400, 1900, 4000, 10_000} {
		document(fmt.Sprintf("%d times one leaf", n), `{node(id:"x"){`+times(n, "id ")+"}}")
	}
	document("64 repeats of 20 keys", `{tools{nodes{`+times(64, "id name description kind issuedIn __typename ")+"}}}")
	document("64 fields with arguments that differ", "{"+times(64, `node(id:"#"){id name aliases{name}} `)+"}")
	document("20 keys, 15 arguments that differ", "{"+times(15, `tools(first:#){nodes{id name description}} actions(first:#){nodes{id}} workingBodies(first:#){nodes{id}} `)+"}")
	document("conflicts below conflicts", "{"+times(30, `tools{nodes{a:actions(first:#){nodes{name id} totalCount}}} `)+"}")
	document("conflicts below conflicts, by place", "{"+times(28, `tools{nodes{parts(first:#){totalCount nodes{parts(last:#){totalCount}}}}} `)+"}")
	document("conflicts three levels down", "{"+times(60, `tools{nodes{actions{nodes{responsibleBodies(first:#){nodes{id}}}}}} `)+"}")
	document("binary tree of one key", "{tools{nodes"+tree(5, "parts{nodes", "}")+"}}")
	document("600 x items{links{id}}", "{"+times(600, "tools{nodes{id}} ")+"}")
	document("64 x items{links{id}}", "{"+times(64, "tools{nodes{id}} ")+"}")

	// Fragments.
	document("fragments that double, 24 levels", doubling(24))
	document("fragments that double, 10 levels", doubling(10))
	document("fragments that double below fields", doublingBelow(24))
	document("45 fragments in each other's places", "{"+times(4, "a#:node(id:1){"+times(45, "...F# ")+"}")+"}"+times(45, "fragment F# on Node{id name citations{locator}}"))
	document("50 fragments, each spreads all later ones", lattice(50, 4))
	document("20 fragments, each spreads all later ones", lattice(20, 50))
	document("50 wide fragments in one set", `{node(id:"x"){`+times(50, "...F# ")+"}}"+times(50, "fragment F# on Node{id name description __typename citations{locator}aliases{name}}"))
	document("a fragment in itself", "{...A}fragment A on Query{...B}fragment B on Query{...A}")
	document("two fragments of one name", "{...A}fragment A on Query{__typename}fragment A on Node{"+times(1400, "id ")+"}")
	document("150 operations over one fragment", times(150, "query q#{...F}")+"fragment F on Query{"+times(8, "tools{nodes{id}}")+"}")
	document("30 operations over one fragment", times(30, "query q#{...F}")+"fragment F on Query{"+times(50, "tools{nodes{id}}")+"}")
	document("200 inline fragments", `{node(id:"x"){`+times(60, "...on Tool{id}...on Action{name}...on Node{description}")+"}}")
	document("nested inline fragments", `{node(id:"x"){`+times(60, "...on Tool{")+"id"+times(62, "}"))

	// Errors: each looks for names that are alike.
	document("1,400 unknown fields", `{node(id:"x"){`+times(1400, "unknown# ")+"}}")
	document("5,000 unknown fields", `{node(id:"x"){`+times(5000, "unknown# ")+"}}")
	document("fields with long names", `{`+times(10, strings.Repeat("tool", 31)+"# ")+"}")
	document("a field with a name of 32 kB", `{`+strings.Repeat("tool", 8000)+"}")
	document("20 unknown root fields", "{"+times(20, "tols# ")+"}")
	document("5,000 unknown directives", "{__typename "+times(5000, "@a# ")+"}")
	document("20 unknown directives", "{__typename "+times(20, "@a# ")+"}")
	document("one directive 20 times", "{__typename "+times(20, "@include(if:true) ")+"}")
	document("450 unknown arguments", `{tools(`+times(450, "aftr#:1 ")+"){totalCount}}")
	document("180 unknown types", "{"+times(60, "...on Tooll#a{a} ...on Tooll#b{b} ...on Tooll#c{c} ")+"}")
	document("unknown types with long names", "{"+times(15, "...on "+strings.Repeat("Tool", 30)+"#{id}")+"}")
	document("100 variables of unknown types", "query("+times(100, "$a#:Tooll# ")+"){__typename}")
	document("400 variables of unknown types", "query("+times(400, "$a#:Tooll# ")+"){__typename}")
	document("100 variables, unused", "query("+times(100, "$a#:[Int!]!=[1] ")+"){__typename}")
	document("700 undefined variables", "{nodes(ids:["+times(700, "$a# ")+"]){id}}")
	document("unknown enum values", "{tools(orderBy:["+times(200, "{field:NAM#}")+"]){totalCount}}")
	document("enum values as strings of 30 kB", `{tools(orderBy:[{field:"`+strings.Repeat("NAME", 7500)+`"}]){totalCount}}`)
	document("enum values as strings of 7 kB", `{tools(orderBy:[{field:"`+strings.Repeat("NAME", 1800)+`"}]){totalCount}}`)
	document("unknown members of input objects", "{tools(where:{"+times(450, "nam#:1 ")+"}){totalCount}}")
	document("one member of an input object often", "{tools(where:{"+times(350, "name:{} ")+"}){totalCount}}")

	// Values.
	document("1,400 values in a list", "{tools(where:{name:{in:["+times(1400, `"#" `)+"]}}){totalCount}}")
	document("filters in filters", "{tools(where:"+times(25, "{and:[")+"{}"+times(25, "]}")+"){totalCount}}")
	document("filters in filters, too deep", "{tools(where:"+times(300, "{and:[")+"{}"+times(300, "]}")+"){totalCount}}")
	document("60 lists in lists", "{nodes(ids:"+times(58, "[")+"1"+times(58, "]")+"){id}}")
	document("lists in lists", "{nodes(ids:"+times(15_000, "[")+"1"+times(15_000, "]")+"){id}}")
	document("list types in list types", "query($a:"+times(15_000, "[")+"Int"+times(15_000, "]")+"){__typename}")
	document("a string of 32 kB", `{node(id:"`+strings.Repeat("x", 32_000)+`"){id}}`)
	document("a string of 1 MB", `{node(id:"`+strings.Repeat("x", 1_000_000)+`"){id}}`)
	document("a string of escapes", `{node(id:"`+strings.Repeat(`\u0041`, 5000)+`"){id}}`)
	document("a block string of 16,000 lines", `{node(id:"""`+strings.Repeat(" \n", 16_000)+`"""){id}}`)
	document("a block string of quotes", `{node(id:"""`+strings.Repeat(`""\"""`, 5000)+`"""){id}}`)
	document("a block string that does not end", `{node(id:"""`+strings.Repeat(`"" `, 10_000))
	document("a number of 32 kB", `{tools(first:`+strings.Repeat("9", 32_000)+`){totalCount}}`)
	document("a number of 32 kB where a string belongs", `{tools(after:`+strings.Repeat("9", 32_000)+`){totalCount}}`)

	// Depth, breadth, cost.
	document("10,000 aliases", "{"+times(10_000, "a#:__typename ")+"}")
	document("30 aliases", `{node(id:"x"){`+times(30, "a#:name ")+"}}")
	document("10,000 levels", times(10_000, "{a")+times(10_000, "}"))
	document("500 levels", times(500, "{a")+times(500, "}"))
	document("62 levels", times(62, "{a")+times(62, "}"))
	document("pages in pages in pages", "{tools(first:500){nodes{actions(first:500){nodes{tools(first:500){nodes{name}}}}}}}")
	document("a large operation over its cost", `{tools(first:500){nodes{id name description kind aliases{name citations{locator document{id name}}} citations{locator checksum document{id name}} `+times(8, "a#:actions(first:500){nodes{id name number description citations{locator document{id}}}edges{cursor node{id}}pageInfo{endCursor hasNextPage}} ")+"}}}")
	document("__schema 20 times", "{"+times(20, "a#:__schema{types{name fields{name type{name ofType{name}}}}} ")+"}")
	document("introspection in introspection", "{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}")
	document("introspection 40 levels down", "{__schema{types{"+times(40, "ofType{")+"name"+times(40, "}")+"}}}")
	document("a subscription of many fields", "subscription{"+times(19, "a#:revision{number} ")+"}")

	// What is computed: each as often and as large as the limits let through, and more.
	computed := []struct{ name, field string }{
		{"compare", `compare(documents:["document:#","document:x"] first:500){totalCount counts{kind count} items{node{name} before{links(limit:50){wording}} after{links(limit:50){wording}}}}`},
		{"compare of plans", `compare(plans:["action-plan:#","action-plan:x"] first:0){totalCount}`},
		{"diff", `diff(from:0 to:1 first:50#){totalCount items{id changes{property before after}}}`},
		{"timeline", `timeline(groupBy:DAY first:1000){groups(limit:10000){key entries(first:10000){items{node{name}}}} undated(first:10000){nodes{id}}}`},
		{"conflicts", `conflicts(first:500 subject:"#"){items{subject{name} claims{value node{name} citations{locator}}}}`},
		{"unspecified", `unspecified(first:500){items{node{name}}}`},
		{"gaps", `gaps(first:500){items{__typename}}`},
		{"progress reports", `node(id:"action-plan:#"){...on ActionPlan{progressReport(asOf:"2017"){sections{actions{statements{statement{link{derivations(limit:100){items{stated{id}}}}}}}}}}}`},
		{"derivations", `node(id:"tool:#"){...on Tool{supportedGoals(first:500){edges{link{derivations(limit:100){items{depth stated{id derivations(limit:100){items{depth}}} premises{derivation{stated{id}}}}}}}}}}`},
		{"histories", `history(id:"x#" first:500){items{changes{property before after}}}`},
		{"histories of nodes", `nodes(ids:["x#"]){history(first:500){items{changes{property before after}}} statusHistory{items(limit:500){link{history(first:500){items{revision}}}}}}`},
		{"passages", `node(id:"document:#"){...on Document{passages(limit:500){quote previous{quote next{quote}} nodes(first:500){nodes{name}} links(first:500){items{id}}}coverage{unlisted(limit:500){passage{quote}}}}}`},
		{"revisions", `revisions(first:500){items{number parent{number parent{number parent{number}}}}}`},
	}
	for _, c := range computed {
		document("one of "+c.name, "{"+times(1, "a#:"+c.field+" ")+"}")
		document("15 of "+c.name, "{"+times(15, "a#:"+c.field+" ")+"}")
		document("20 repeats of "+c.name, "{"+times(20, strings.ReplaceAll(c.field, "#", "0")+" ")+"}")
		document("20 of "+c.name+", each with arguments of its own", "{"+times(20, c.field+" ")+"}")
	}
	for _, n := range []int{3, 60} {
		document(fmt.Sprintf("premises %d levels down", n), `{node(id:"x"){...on Tool{supportedGoals{edges{link{`+times(n, "premises{")+"id"+times(n, "}")+"}}}}}}")
		document(fmt.Sprintf("passages %d levels down", n), `{passage(document:"x" locator:"y"){`+times(n, "previous{next{")+"quote"+times(2*n, "}")+"}}")
	}
	document("derivations in derivations", `{node(id:"x"){...on Tool{supportedGoals{edges{link{`+times(2, "derivations(limit:100){items{premises{")+"id"+times(6, "}")+"}}}}}}")
	document("binary tree of passages", `{passage(document:"x" locator:"y")`+strings.ReplaceAll(tree(6, "previous", ""), "{id}", "{quote}")+"}")
	document("700 names of gaps", "{gaps(names:["+times(700, `"#" `)+"]){totalCount}}")
	document("700 languages", `{node(id:"x"){label(languages:[`+times(700, `"a#" `)+"]){value}}}")
	for _, n := range []int{10, 200} {
		document(fmt.Sprintf("@asOf and @inference %d times", n), "query "+times(n, "@asOf(revision:#)@inference(mode:EXCLUDE) ")+"{__typename}")
	}
	document("@asOf and @inference on 10 operations", times(10, "query q# @asOf(revision:#) @inference(mode:EXCLUDE){__typename}"))
	document("@asOf on 19 fields", `{node(id:"x"){`+times(19, "id@asOf(revision:#) ")+"}}")
	document("@asOf by a time of 30 kB", `query @asOf(time:"`+strings.Repeat("2026-", 6000)+`"){__typename}`)
	for _, n := range []int{29, 100, 300} {
		variables(fmt.Sprintf("@asOf by one of %d variables", n), "query("+times(n, "$a#:Int ")+`)@asOf(revision:$a0){node(id:"x"){`+times(min(n, 29), "b#:history(first:$a#){totalCount} ")+"}}", numbers(n))
	}
	variables("@asOf by a time of 60 kB in a variable", "query($t:String)@asOf(time:$t){__typename}", map[string]any{"t": strings.Repeat("2026-", 12_000)})
	variables("@asOf by a list", "query($r:[Int])@asOf(revision:$r){__typename}", map[string]any{"r": repeated(4900, 1)})
	variables("2,000 documents to compare", "query($d:[ID!]!){compare(documents:$d){totalCount}}", map[string]any{"d": repeated(2000, "document:x")})

	// Text that is nothing.
	document("comments", strings.Repeat("#\n", 16_000))
	document("a comment of 32 kB", "#"+strings.Repeat("x", 32_000)+"\n{__typename}")
	document("commas", strings.Repeat(",", 32_000)+"{__typename}")
	document("byte order marks", strings.Repeat("\ufeff", 10_000)+"{__typename}")
	document("1 MB of byte order marks", strings.Repeat("\ufeff", 300_000)+"{__typename}")
	document("1 MB of commas", strings.Repeat(",", 1_000_000)+"{__typename}")
	document("1 MB of fields", "{"+strings.Repeat("a ", 500_000)+"}")
	document("nothing", "")

	// JSON.
	raw("1 MB that is no JSON", strings.Repeat("x", maxBody))
	raw("1 MB that is JSON up to its end", fill(`{"query":"`, "x", `"`))
	raw("a query of escapes, 1 MB", fill(`{"query":"`, `\u0041`, `"}`))
	raw("1 MB of lists in lists", fill(`{"query":"{a}","variables":{"a":`, "[", ""))
	raw("1 MB of empty lists", fill(`{"query":"{a}","variables":{"a":[[]`, ",[]", "]}}"))
	raw("1 MB of empty objects", fill(`{"query":"{a}","variables":{"a":[{}`, ",{}", "]}}"))
	raw("1 MB of zeros", fill(`{"query":"{a}","variables":{"a":[0`, ",0", "]}}"))
	raw("1 MB of members", `{"query":"{a}","variables":{`+times(60_000, `"a#":0,`)+`"b":1}}`)
	raw("1 MB of one member", fill(`{"query":"{a}"`, `,"query":"{a}"`, `}`))
	raw("1 MB of unknown members", `{"query":"{a}"`+times(60_000, `,"a#":0`)+`}`)
	raw("an operationName of 1 MB", fill(`{"query":"{a}","operationName":"`, "x", `"}`))
	raw("a hash of 1 MB", fill(`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"`, "a", `"}}}`))
	raw("a variable of 1 MB", fill(`{"query":"query($a:ID!){node(id:$a){id}}","variables":{"a":"`, "x", `"}}`))
	raw("a body that is not UTF-8", fill(`{"query":"`, "\xff", `"}`))
	variables("5,000 values for an enum list", "query($a:[ToolOrder!]){tools(orderBy:$a){totalCount}}",
		map[string]any{"a": repeated(2000, map[string]any{"field": "NONE"})})
	variables("4,900 ids", "query($a:[ID!]!){nodes(ids:$a){id}}", map[string]any{"a": repeated(4900, "tool:x")})
	variables("an enum value of 60 kB", "query($a:[ToolOrder!]){tools(orderBy:$a){totalCount}}",
		map[string]any{"a": []any{map[string]any{"field": strings.Repeat("N", 60_000)}}})
	variables("a filter of 1,000 parts", "query($a:ToolFilter){tools(where:$a){totalCount}}",
		map[string]any{"a": map[string]any{"or": repeated(1000, map[string]any{"name": map[string]any{"contains": "x"}})}})
	variables("100 variables of 40 values", "query("+times(100, "$a#:[ID!]! ")+"){"+times(20, "a#:node(id:1){id} ")+"}", manyLists(100, 40))
	return list
}

func repeated(n int, value any) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = value
	}
	return list
}

// numbers are the variables a0, a1 and so on, each its number.
func numbers(n int) map[string]any {
	all := map[string]any{}
	for i := range n {
		all[fmt.Sprint("a", i)] = i
	}
	return all
}

func manyLists(n, each int) map[string]any {
	all := map[string]any{}
	for i := range n {
		all[fmt.Sprint("a", i)] = repeated(each, "x")
	}
	return all
}

// doubling is a chain of fragments of which each spreads the next one twice.
func doubling(levels int) string {
	return "{...F0}" + times(levels, "fragment F# on Query{...N#a ...N#a}") + chain(levels)
}

func chain(levels int) string {
	var b strings.Builder
	for i := range levels {
		fmt.Fprintf(&b, "fragment N%da on Query{...F%d ...F%d}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "fragment F%d on Query{__typename}", levels)
	return b.String()
}

// doublingBelow doubles what lies below, not what stands beside.
func doublingBelow(levels int) string {
	var b strings.Builder
	b.WriteString("{revision{...F0}}")
	for i := range levels {
		fmt.Fprintf(&b, "fragment F%d on Node{a:self{...F%d}b:self{...F%d}}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, "fragment F%d on Node{id}", levels)
	return b.String()
}

// lattice is fragments that each spread up to width of the later ones.
func lattice(n, width int) string {
	var b strings.Builder
	b.WriteString(`{node(id:"x"){...F0}}`)
	for i := range n {
		fmt.Fprintf(&b, "fragment F%d on Node{id name", i)
		for j := i + 1; j < min(n, i+1+width); j++ {
			fmt.Fprintf(&b, " ...F%d", j)
		}
		b.WriteString("}")
	}
	return b.String()
}

// tree nests a field twice in itself.
func tree(levels int, head, tail string) string {
	if levels == 0 {
		return "{id}"
	}
	inner := tree(levels-1, head, tail)
	return "{" + head + inner + tail + " " + head + inner + tail + "}"
}
