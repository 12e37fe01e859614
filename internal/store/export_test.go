package store

// GoldenCommits are what the golden files hold.
var GoldenCommits = goldenCommits
