package systemlog

import (
	"context"
	"errors"
	"fmt"
)

// purgeBatch bounds one transaction of the purge: writers of the same log wait for it.
const purgeBatch = 500

// Purge deletes the records of all logs that are past their time (OPS-138). A log whose chain is broken keeps its records as
// evidence, out of everybody's sight, and the error names it; the other logs are purged all the same.
func (s *Service) Purge(ctx context.Context) error {
	before := s.clock.Now().Add(-Retention - purgeDelay)
	logs, err := s.store.Aged(ctx, before)
	if err != nil {
		return err
	}
	var failed []error
	for _, l := range logs {
		for n := purgeBatch; n == purgeBatch; {
			if n, err = s.store.Purge(ctx, l, before, purgeBatch); err != nil {
				failed = append(failed, fmt.Errorf("purge log %s: %w", l, err))
				break
			}
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}
