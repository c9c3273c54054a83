// Package connector owns resource locations and the connectors in them: their names and limits, the registration of a
// machine, the admission of its channel with the clone rules, its presence, and the choice of the connector for a request.
//
// It does not own the channel itself (adapter hub) nor what a directory knows (domain directory). Service is the
// administrators' side, Gate the connectors' side, Roster the choice, Feed the news for open pages.
//
// A hello is judged in this order: key, removal, facts, generation, instance, live channel. The first one that decides ends
// it; see Decide.
package connector
