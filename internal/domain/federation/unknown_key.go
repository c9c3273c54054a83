package federation

import (
	"context"
	"errors"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// keyUnknown orders the provider's metadata to be read once more when an answer was signed by no key that the connection
// trusts now: the provider may have changed its key. The answer stays refused, and the person begins again. Nobody waits for
// the reading, so that a wrong key costs no more time than a wrong digest, and whoever sends such answers causes one reading
// of a connection in metadataAgain.
func (s *SignIns) keyUnknown(ctx context.Context, j *journal, o Origin, refusal error) {
	if o.Purpose == ForTest || !errors.Is(refusal, saml.ErrSignatureInvalid) && !errors.Is(refusal, saml.ErrCertificateInvalid) {
		return
	}
	now := s.clock.Now()
	r := Ref{o.Customer, o.Connection}
	asked, err := s.upkeep.AskMetadata(ctx, r, now.Add(-metadataAgain), nextReading(now), metadataJob(r))
	switch {
	case err != nil:
		s.log.ErrorContext(ctx, "metadata not ordered", "customer_id", o.Customer, "idp_id", o.Connection, "err", err)
	case asked:
		j.note("metadata_ordered", StepInfo)
	}
}
