// Package systemlog owns the System Log: what may be recorded, the shape of a record, and reading it.
//
// A record is made from an Event, a constant that the catalogue file events.csv generates, so that an unknown event
// type cannot be written (OPS-151). Records travel as Effects with the change that they describe and are committed in
// the same transaction (OPS-142); Fail writes the event of a failed operation in a transaction of its own after the
// roll-back (OPS-149). Nothing here changes or deletes a record (OPS-140).
//
// There is one log for each customer, each company and the installation. Within a log the sequence number rises by one
// per record and the time never goes back, so that a reader who keeps the last number misses nothing (OPS-143).
package systemlog

//go:generate go run ./gen
