package operator

import (
	"context"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Features is what the command about features uses.
type Features interface {
	Set(ctx context.Context, operator systemlog.Actor, c customer.ID, f federation.Feature, on bool, reason string) error
}

// SetFeature is the command that switches a feature of one customer (SSO-084).
type SetFeature struct {
	CustomerID string `json:"customerId"`
	Feature    string `json:"feature"`
	Enabled    bool   `json:"enabled"`
	Reason     string `json:"reason"`
}

// FeatureSet is its answer.
type FeatureSet struct {
	CustomerID string `json:"customerId"`
	Feature    string `json:"feature"`
	Enabled    bool   `json:"enabled"`
}

func (s *Server) mountFeatures(mux *http.ServeMux) {
	mux.HandleFunc("POST /features/set", command(s, func(ctx context.Context, by systemlog.Actor, in SetFeature) (FeatureSet, error) {
		err := s.Features.Set(ctx, by, customer.ID(in.CustomerID), federation.Feature(in.Feature), in.Enabled, in.Reason)
		return FeatureSet{in.CustomerID, in.Feature, in.Enabled}, err
	}))
}

// SetFeature runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) SetFeature(ctx context.Context, in SetFeature) (FeatureSet, error) {
	var out FeatureSet
	err := c.run(ctx, "/features/set", in, &out)
	return out, err
}
