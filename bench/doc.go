// Package bench measures the real program on loopback: its tests, which need the build tag bench, start servers, load them
// for a bounded time and print one line "BENCH <name> <value> <unit>" for each result. `make bench` runs them; the targets
// and what was seen are in docs/figures.md.
package bench
