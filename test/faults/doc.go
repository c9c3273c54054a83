// Package faults has no code: its tests start the real program and do to it what the world does. They kill it, stop it
// under load, fill its disk, take its database away, give it wrong files, and ask it for what belongs to others.
package faults
