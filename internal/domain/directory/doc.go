// Package directory is the control plane's side of the customers' directories: which forests and domains their
// connectors hold, and who an account is. It keeps nothing itself: what exists is what the connectors reported last, also
// those that are away now, and each question goes through the channel to a connector of the forest.
//
// A question about a name goes in this order:
//
//	forests that have the name's suffix, else all → all of them at once → count
//
// One account is an answer. None is "not found" only when every forest that may hold it was asked; several are
// "ambiguous" and none of them is picked. A forest that could not be asked makes the answer "uncertain", or, when there
// was no other, says why: no connector, or no domain controller.
package directory
