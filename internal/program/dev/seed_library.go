package dev

import (
	"context"
	"fmt"

	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// demoOffering is an offering of the demonstration with the one group or person who may open it.
type demoOffering struct {
	name, category, address, description string
	domain, assignee                     string
	kind                                 directory.Kind
}

// demoOfferings are such that each person finds another list: by a group, by a group in a group, in person, and in the
// second forest.
var demoOfferings = []demoOffering{
	{"Time sheets", "Human resources", "https://timesheets.corp.example/", "Hours worked, week by week.", "corp.example", "Staff", directory.Groups},
	{"Holiday requests", "Human resources", "https://holidays.corp.example/", "Ask for days off and see who is away.", "corp.example", "All Staff", directory.Groups},
	{"Company wiki", "Tools", "https://wiki.corp.example/", "How things are done here.", "corp.example", "All Staff", directory.Groups},
	{"Expense reports", "Tools", "https://expenses.corp.example/", "Receipts in, money back.", "corp.example", "plain", directory.Users},
	{"Partner portal", "", "https://portal.partner.example/", "Orders and deliveries.", "partner.example", "Partners", directory.Groups},
}

// offerings fills the library. The connectors must be connected: the directory is asked for who may open what.
func (s *seeder) offerings(ctx context.Context) error {
	c := s.actor.Customer
	for _, d := range demoOfferings {
		made, err := s.Library.CreateOffering(ctx, s.actor, c, workspace.OfferingInput{Name: &d.name, Category: &d.category, Address: &d.address, Description: &d.description})
		if err != nil {
			return fmt.Errorf("create offering %s: %w", d.name, err)
		}
		found, err := s.Directory.Search(ctx, s.actor, c, directory.SearchRequest{Domain: d.domain, Text: d.assignee, Kind: d.kind})
		if err != nil {
			return fmt.Errorf("find %s: %w", d.assignee, err)
		}
		for _, p := range found.Items {
			if p.SAM != d.assignee {
				continue
			}
			if _, err := s.Library.Assign(ctx, s.actor, c, made.ID, workspace.Pick{Kind: workspace.Kind(p.Kind), SID: p.SID.String(), Domain: p.Domain}); err != nil {
				return fmt.Errorf("assign %s to %s: %w", d.name, d.assignee, err)
			}
		}
	}
	return nil
}
