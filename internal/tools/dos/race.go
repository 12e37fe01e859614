//go:build race

package main

// slack widens the bounds: the race detector takes about ten times the CPU.
const slack = 10
