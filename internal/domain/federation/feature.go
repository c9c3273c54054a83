package federation

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Feature is something that only an operator switches on, for one customer. All are off by default.
type Feature string

// SendNameIDPolicy makes sign-in requests ask for a name identifier of unspecified format, which Okta demands of signed
// requests (SSO-082).
const SendNameIDPolicy Feature = "SendNameIDPolicyInSAMLRequest"

// Expected failures of switching a feature.
var (
	ErrNoCustomer    = fault.New(fault.NotFound, "feature_customer_unknown")
	ErrFeature       = fault.New(fault.Invalid, "feature_unknown")
	ErrFeatureReason = fault.New(fault.Invalid, "feature_reason_needed")
)

const maxReason = 500

// FeatureStore keeps which features are on.
type FeatureStore interface {
	// SetFeature switches a feature; change says what commits with it, from what it was. Errors: ErrNoCustomer, and what
	// change returns.
	SetFeature(ctx context.Context, c customer.ID, f Feature, on bool, by, reason string, change func(was bool) (systemlog.Effects, error)) error
}

// Features switches features. Only operators reach it (SSO-084).
type Features struct{ store FeatureStore }

// NewFeatures returns the switches of all customers.
func NewFeatures(store FeatureStore) *Features { return &Features{store} }

// Set switches a feature of a customer and says why, in the logs of the installation and of the customer. Errors: ErrFeature,
// ErrFeatureReason, ErrNoCustomer.
func (f *Features) Set(ctx context.Context, operator systemlog.Actor, c customer.ID, feature Feature, on bool, reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case feature != SendNameIDPolicy:
		return ErrFeature.With("feature", string(feature)).With("known", string(SendNameIDPolicy))
	case reason == "" || utf8.RuneCountInString(reason) > maxReason || strings.ContainsFunc(reason, isControl):
		return ErrFeatureReason.With("max", maxReason)
	}
	return f.store.SetFeature(ctx, c, feature, on, operator.Name, reason, func(was bool) (systemlog.Effects, error) {
		record := systemlog.Record{Event: systemlog.CustomerFeatureChanged, Actor: operator, Target: systemlog.Target{ID: string(c), Name: string(feature)},
			Before: systemlog.Fields{"Feature": string(feature), "Enabled": strconv.FormatBool(was)},
			After:  systemlog.Fields{"Feature": string(feature), "Enabled": strconv.FormatBool(on), "Reason": reason}}
		ours := record
		ours.Log = systemlog.Installation
		return systemlog.Recorded(record, ours), nil
	})
}
