// Package demo is the outside world of "causeway dev": what an installation meets at its customers, in small. No other
// program uses it.
package demo
