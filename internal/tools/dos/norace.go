//go:build !race

package main

// slack widens the bounds.
const slack = 1
