package connector

import (
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Place names a resource location.
type Place struct {
	ID   LocationID // "" = none
	Name string
}

// Cleared is a domain whose primary location has ceased to be one: it was deleted, or the last of its connectors that
// served the domain was removed (CON-323).
type Cleared struct {
	Domain string
	Was    Place
}

// PrimaryChange is the record of a domain's primary location becoming another one, or none (CON-326).
func PrimaryChange(by systemlog.Actor, c id.Customer, domain string, before, after Place) systemlog.Record {
	fields := func(p Place) systemlog.Fields {
		return systemlog.Fields{"CustomerId": string(c), "Domain": domain, "ResourceLocationId": string(p.ID), "ResourceLocationName": p.Name}
	}
	return systemlog.Record{Event: systemlog.PrimaryLocationUpdated, Actor: by, Target: systemlog.Target{ID: domain, Name: domain},
		Before: fields(before), After: fields(after)}
}

// withCleared adds to eff the records of designations that ended with the change, and tells the administrators.
func withCleared(eff systemlog.Effects, by systemlog.Actor, c id.Customer, list []Cleared) systemlog.Effects {
	for _, x := range list {
		eff.Records = append(eff.Records, PrimaryChange(by, c, x.Domain, x.Was, Place{}))
		eff.Jobs = append(eff.Jobs, notify.Job(c, notify.PrimaryLocationCleared, map[string]string{"domain": x.Domain, "location": x.Was.Name}))
	}
	return eff
}
