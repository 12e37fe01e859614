package limits

import (
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// rules are the rules of validation as one rule that stops at the first few
// faults. gqlparser itself goes on to the last one, and for each looks through
// the schema for names that are alike: 1,000 unknown fields take 140 ms.
//
// gqlgen adds two rules of its own to what it is given, unless rules of their
// names are there.
func (s *Settings) rules() *rules.Rules {
	nothing := func(*core.Events, core.AddErrFunc) {}
	return rules.NewRules(
		core.Rule{Name: "All", RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
			done := false
			observers.OnOperation(func(walker *core.Walker, _ *ast.OperationDefinition) {
				if done {
					return
				}
				done = true
				for _, fault := range s.Validate(walker.Schema, walker.Document) {
					addError(func(into *gqlerror.Error) { *into = *fault })
				}
			})
		}},
		core.Rule{Name: rules.FieldsOnCorrectTypeRule.Name, RuleFunc: nothing},
		core.Rule{Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions.Name, RuleFunc: nothing},
		core.Rule{Name: rules.ScalarLeafsRule.Name, RuleFunc: nothing},
		core.Rule{Name: rules.ScalarLeafsRuleWithoutSuggestions.Name, RuleFunc: nothing},
	)
}

// enough ends a validation that has found as many faults as are told.
type enough struct{}

// Validate checks the document against the schema and returns the first faults
// of it, in the order they are found. Names are suggested only while
// introspection is on, and not in long documents.
func (s *Settings) Validate(schema *ast.Schema, doc *ast.QueryDocument) (faults gqlerror.List) {
	defer func() {
		if r := recover(); r != nil {
			if _, ours := r.(enough); !ours {
				panic(r)
			}
		}
	}()
	bounded := rules.NewRules()
	suggest := s.Introspection && textBytes(doc) <= maxSuggesting
	for name, rule := range rulesByName(suggest) {
		bounded.AddRule(name, func(observers *core.Events, _ core.AddErrFunc) {
			rule(observers, func(options ...core.ErrorOption) {
				fault := &gqlerror.Error{Rule: name}
				for _, o := range options {
					o(fault)
				}
				faults = append(faults, s.tell(fault))
				if len(faults) >= s.Errors {
					panic(enough{})
				}
			})
		})
	}
	_ = validator.ValidateWithRules(schema, doc, bounded) // the rules above add to faults
	return faults
}

// In longer documents no names are suggested: the search takes time in
// proportion to the length of what stands where a name should.
const maxSuggesting = 8 << 10

func textBytes(doc *ast.QueryDocument) int {
	if doc.Position == nil || doc.Position.Src == nil {
		return 0
	}
	return len(doc.Position.Src.Input)
}

// rulesByName are gqlparser's rules, with or without suggestions.
func rulesByName(suggest bool) map[string]core.RuleFunc {
	all := rules.NewDefaultRules()
	if !suggest {
		for _, pair := range [][2]core.Rule{
			{rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions},
			{rules.KnownArgumentNamesRule, rules.KnownArgumentNamesRuleWithoutSuggestions},
			{rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions},
			{rules.ScalarLeafsRule, rules.ScalarLeafsRuleWithoutSuggestions},
			{rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions},
		} {
			all.RemoveRule(pair[0].Name)
			all.AddRule(pair[1].Name, pair[1].RuleFunc)
		}
	}
	return all.GetInner()
}

// A message repeats no more of a document than tells what is meant.
const maxMessage = 400

func (s *Settings) tell(fault *gqlerror.Error) *gqlerror.Error {
	if !s.Introspection {
		fault.Message, _, _ = strings.Cut(fault.Message, " Did you mean")
	}
	if len(fault.Message) > maxMessage {
		end := maxMessage
		for !utf8.RuneStart(fault.Message[end]) {
			end--
		}
		fault.Message = fault.Message[:end] + "…"
	}
	return fault
}

// invalid marks a fault of validation as gqlgen does.
func invalid(fault *gqlerror.Error) *gqlerror.Error {
	errcode.Set(fault, errcode.ValidationFailed)
	return fault
}
