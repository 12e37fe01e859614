package kg

import (
	"errors"
	"fmt"
)

// Code sorts errors by what the caller can do about them.
type Code string

// The codes there are. A client sees them as extensions.code.
const (
	Invalid     Code = "BAD_USER_INPUT"      // the request is wrong; mend it
	NotFound    Code = "NOT_FOUND"           // what is named does not exist
	Conflict    Code = "CONFLICT"            // the graph has moved on; read again and retry
	Limit       Code = "LIMIT_EXCEEDED"      // the request asks for more than is allowed
	Unavailable Code = "UNAVAILABLE"         // not now; the operator may have to act
	Corrupt     Code = "INTERNAL_CORRUPTION" // stored bytes are not what was written
	Internal    Code = "INTERNAL"            // a fault of ours; details are in the log
)

// Error is a fault with a code and a message for people that says what to do.
type Error struct {
	Code    Code
	Message string // the whole text, that of the cause included
	Err     error  // the cause, or nil
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether the target is an Error of the same code without a message
// of its own, so that errors.Is(err, kg.ErrNotFound) asks for the code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Message == ""
}

// Sentinels to compare with by errors.Is; each stands for all errors of its code.
var (
	ErrInvalid     error = &Error{Code: Invalid}
	ErrNotFound    error = &Error{Code: NotFound}
	ErrConflict    error = &Error{Code: Conflict}
	ErrLimit       error = &Error{Code: Limit}
	ErrUnavailable error = &Error{Code: Unavailable}
	ErrCorrupt     error = &Error{Code: Corrupt}
)

// Errorf makes an Error; a %w in the format becomes its cause for errors.Is.
func Errorf(code Code, format string, args ...any) *Error {
	wrapped := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: wrapped.Error(), Err: errors.Unwrap(wrapped)}
}

// Invalidf makes an Error of code Invalid.
func Invalidf(format string, args ...any) *Error { return Errorf(Invalid, format, args...) }

// CodeOf is the code of the error: that of the first Error in its chain, and
// Internal for any other error.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
