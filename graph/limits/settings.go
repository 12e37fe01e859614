package limits

import (
	"reflect"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"ecpgraph/internal/kg"
)

// Settings are all the limits there are. Their names, defaults and meanings are
// in the tags, which is where flags and docs/limits.md have them from. Use
// Defaults: the zero value refuses everything.
type Settings struct {
	// What carries a request.
	BodyBytes     int `name:"limit-body-bytes" setting:"" default:"1048576" help:"Bytes of a request's body."`
	Values        int `name:"limit-values" setting:"" default:"5000" help:"Values in the JSON of a request: its variables, whole."`
	ValueDepth    int `name:"limit-value-depth" setting:"" default:"32" help:"Levels of lists and objects in the JSON of a request."`
	VariableBytes int `name:"limit-variable-bytes" setting:"" default:"65536" help:"Bytes of text in variables, extensions and the operation's name."`

	// What a document may be.
	DocumentBytes      int `name:"limit-document-bytes" setting:"" default:"32768" help:"Bytes of a document."`
	Tokens             int `name:"limit-tokens" setting:"" default:"1500" help:"Tokens of a document, comments counted."`
	NameBytes          int `name:"limit-name-bytes" setting:"" default:"128" help:"Bytes of a name in a document."`
	Nesting            int `name:"limit-nesting" setting:"" default:"64" help:"Brackets of any kind open at once in a document."`
	Depth              int `name:"limit-depth" setting:"" default:"12" help:"Levels of fields, fragments expanded."`
	IntrospectionDepth int `name:"limit-introspection-depth" setting:"" default:"20" help:"Levels of fields below __schema and __type."`
	Aliases            int `name:"limit-aliases" setting:"" default:"30" help:"Fields with an alias in a document."`
	RootFields         int `name:"limit-root-fields" setting:"" default:"20" help:"Fields at the root of an operation."`
	Directives         int `name:"limit-directives" setting:"" default:"20" help:"Directives in a document."`
	Variables          int `name:"limit-variables" setting:"" default:"100" help:"Variables that a document declares."`
	Repeats            int `name:"limit-repeats" setting:"" default:"64" help:"Fields with one response key in a selection set, after merging."`
	Fragments          int `name:"limit-fragments" setting:"" default:"50" help:"Fragments that a document defines."`
	Spreads            int `name:"limit-spreads" setting:"" default:"200" help:"Spreads and inline fragments in a document."`
	Selections         int `name:"limit-selections" setting:"" default:"5000" help:"Fields, spreads and inline fragments, fragments expanded."`

	// What an operation may ask for and take.
	Cost            int           `name:"limit-cost" setting:"" default:"10000" help:"Objects that an operation may answer; ten plain values count as one."`
	QueryTimeout    time.Duration `name:"limit-query-timeout" setting:"" default:"10s" help:"How long a query may run."`
	MutationTimeout time.Duration `name:"limit-mutation-timeout" setting:"" default:"30s" help:"How long a mutation may run."`
	Errors          int           `name:"limit-errors" setting:"" default:"10" help:"Faults of one document that are told."`

	// What is remembered.
	DocumentCacheBytes  int `name:"limit-document-cache-bytes" setting:"" default:"33554432" help:"Memory for parsed documents."`
	PersistedCacheBytes int `name:"limit-persisted-cache-bytes" setting:"" default:"8388608" help:"Memory for documents that clients register by hash."`

	// What is served at all.
	TrustedOnly   bool `name:"trusted-only" setting:"" default:"false" help:"Refuse every document that is not a trusted one."`
	Introspection bool `name:"introspection" setting:"" default:"true" negatable:"" help:"Answer __schema and __type, serve /schema.graphql, and suggest names in errors."`
}

// Defaults are the settings as they are when nobody says otherwise.
func Defaults() Settings {
	var s Settings
	for i, field := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		text, into := field.Tag.Get("default"), reflect.ValueOf(&s).Elem().Field(i)
		switch into.Interface().(type) {
		case time.Duration:
			d, err := time.ParseDuration(text)
			must(err)
			into.SetInt(int64(d))
		case int:
			n, err := strconv.Atoi(text)
			must(err)
			into.SetInt(int64(n))
		case bool:
			b, err := strconv.ParseBool(text)
			must(err)
			into.SetBool(b)
		default:
			panic("limits: a setting of type " + field.Type.String())
		}
	}
	return s
}

func must(err error) {
	if err != nil {
		panic("limits: a default in the tags of Settings: " + err.Error())
	}
}

// exceeded says that a request has more of something than its limit allows.
// What is "the document has %s tokens", with the figure for %s.
func exceeded(setting string, limit, figure int, what string) *kg.Error {
	return kg.Errorf(kg.Limit, what+": at most %d are allowed (setting %s)", strconv.Itoa(figure), limit, setting)
}

// tooMany is exceeded for what is not counted past the limit. What is "the
// document has more than the %d tokens", with the limit for %d.
func tooMany(setting string, limit int, what string) *kg.Error {
	return kg.Errorf(kg.Limit, what+" allowed (setting %s)", limit, setting)
}

// refuse is the fault as gqlgen wants it.
func refuse(fault *kg.Error) *gqlerror.Error {
	refusal := gqlerror.Wrap(fault)
	errcode.Set(refusal, string(fault.Code))
	return refusal
}
