package dev

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
)

func (d *installation) startSites(ctx context.Context, group *errgroup.Group, s *seeder, forests []demo.Forest, places map[string]place) ([]Connector, error) {
	return nil, nil
}
