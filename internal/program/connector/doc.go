// Package connector wires the connector program: installing a machine as a connector, running it, telling its state and
// removing it. The command line in cmd/causeway-connector and end-to-end tests call it.
package connector
