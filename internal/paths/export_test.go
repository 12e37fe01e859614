package paths

// LookAtMost makes walks by the rules give up after so many links.
func (r *Rules) LookAtMost(links int) { r.looks = links }
