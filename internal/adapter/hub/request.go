package hub

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// requestMax is how long a request waits for all connectors together when its caller sets no shorter time (CON-014), and
// the most that any caller gets.
const requestMax = 10 * time.Second

// Expected failures of a request, besides connector.ErrNoConnector and what the connector itself answered.
var (
	ErrNoAnswer = fault.New(fault.Unavailable, "connector_no_answer")
	errNobody   = errors.New("nobody listens on the connector's subject")
)

// Request asks one of the connectors that q describes and returns its answer. The roster chooses. When an
// attempt lapses the next connector is asked, if the operation may be done twice; when a connector is gone, busy or too
// old for the operation, in any case.
//
// Errors: connector.ErrNoConnector, ErrNoAnswer, ctx's when the caller gave up, and what the connector answered.
func (b *Bus) Request(ctx context.Context, q connector.Query, op wire.Operation, payload any) (connector.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, requestMax)
	defer cancel()
	requestID := id.New("req")
	var last error
	for {
		lease, err := b.cfg.Roster.Choose(q)
		if err != nil {
			if last != nil {
				return connector.Answer{}, last
			}
			return connector.Answer{}, err
		}
		answer, outcome, err := b.attempt(ctx, lease, requestID, op, payload)
		lease.Done(outcome)
		switch {
		case outcome == connector.Cancelled:
			return connector.Answer{}, err
		case outcome == connector.Lapsed:
			b.log.WarnContext(ctx, "connector did not answer", "customer_id", q.Customer, "connector_id", lease.Entry.ID, "operation", op.String(), "request_id", requestID)
			last = ErrNoAnswer.With("place", q.Place)
			if !op.Idempotent || ctx.Err() != nil {
				return connector.Answer{}, last
			}
		case outcome == connector.Gone:
			b.log.InfoContext(ctx, "connector is gone", "customer_id", q.Customer, "connector_id", lease.Entry.ID, "operation", op.String(), "request_id", requestID)
		case errors.Is(err, wire.ErrBusy) || errors.Is(err, wire.ErrUnsupported): // it has done nothing
			last = err
		case errors.Is(err, wire.ErrDirectoryDown) && op.Idempotent: // another connector may reach other controllers
			last = err
		default:
			return connector.Answer{Connector: lease.Entry.ID, Payload: answer}, err
		}
		q.Tried = append(slices.Clip(q.Tried), lease.Entry.ID)
	}
}

// attempt asks one connector.
func (b *Bus) attempt(ctx context.Context, lease *connector.Lease, requestID string, op wire.Operation, payload any) (json.RawMessage, connector.Outcome, error) {
	deadline, _ := ctx.Deadline()
	timeout := connector.AttemptTimeout(time.Until(deadline), lease.Others && op.Idempotent)
	one, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	answer, err := b.ask(one, wire.Address{Customer: lease.Entry.Customer, Connector: string(lease.Entry.ID)}, requestID, op, payload)
	switch {
	case err == nil:
		return answer, connector.Answered, nil
	case errors.Is(err, errNobody):
		return nil, connector.Gone, err
	case errors.Is(err, context.Canceled):
		return nil, connector.Cancelled, err
	case errors.Is(err, context.DeadlineExceeded):
		return nil, connector.Lapsed, err
	}
	return nil, connector.Answered, err
}

// ask sends one request to one connector and waits for the answer until ctx, which has a deadline, ends. Errors:
// errNobody, ctx's, and what the connector answered.
func (b *Bus) ask(ctx context.Context, to wire.Address, requestID string, op wire.Operation, payload any) (json.RawMessage, error) {
	subject, err := to.Request(op)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	data, err := wire.EncodeRequest(requestID, max(1, time.Until(deadline).Milliseconds()), payload)
	if err != nil {
		return nil, err
	}
	m, err := b.client.RequestWithContext(ctx, subject, data)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return nil, errNobody
	case err != nil:
		return nil, err
	}
	return wire.DecodeResponse(m.Data)
}

// Answers implements connector.Pinger: it asks the process at the other end of the channel, on whichever node it ends.
func (b *Bus) Answers(ctx context.Context, ch connector.Channel) bool {
	pong, err := b.ping(ctx, wire.Address{Customer: ch.Customer, Connector: string(ch.Connector)}, connector.PingWait)
	return err == nil && pong.Instance == ch.Instance
}

func (b *Bus) ping(ctx context.Context, to wire.Address, wait time.Duration) (wire.Pong, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var pong wire.Pong
	raw, err := b.ask(ctx, to, id.New("ping"), wire.ChannelPing, nil)
	if err == nil {
		err = json.Unmarshal(raw, &pong)
	}
	return pong, err
}

// probe asks suspect connectors until they answer or are gone.
func (b *Bus) probe(ctx context.Context) {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var wg sync.WaitGroup
		for _, e := range b.cfg.Roster.Suspects() {
			wg.Go(func() {
				_, err := b.ping(ctx, wire.Address{Customer: e.Customer, Connector: string(e.ID)}, probeTimeout)
				switch {
				case err == nil:
					b.cfg.Roster.Heard(e.Customer, e.ID)
					b.log.InfoContext(ctx, "connector answers again", "customer_id", e.Customer, "connector_id", e.ID)
				case errors.Is(err, errNobody):
					b.cfg.Roster.Remove(e.Customer, e.ID, e.Node)
				}
			})
		}
		wg.Wait()
	}
}
