// Package store keeps everything in SQL: SQLite by default, PostgreSQL for several nodes. It implements the Store
// interfaces of the domains, one file each.
//
// There is one way to write, DB.Write: the change, its System Log records and the jobs that it causes commit together.
// A write is about one log (a customer's, a company's or the installation's) and begins by locking the head of that
// log, so that the writes of one customer are serial on both engines and each statement sees everything committed
// before. Writes of other customers go on in parallel (PostgreSQL) or wait (SQLite, which has one writer).
//
// A caller who leaves before the commit changes nothing.
//
// Lock order: company < web login < customer < installation. Within Write no other lock is taken and no network I/O is done.
package store
