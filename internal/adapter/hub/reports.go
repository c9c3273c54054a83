package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// reportTime is how long one report may take to be stored.
const reportTime = 10 * time.Second

// answerTime lets the last answers arrive on a channel that is not the connector's any more: it was replaced, or the
// connector is being uninstalled.
const answerTime = time.Second

// listen takes the reports of connectors. Every node hears all of them; the one where the channel ends answers.
func (h *Hub) listen() error {
	var err error
	h.ups, err = h.bus.client.Subscribe(wire.AllUps, func(m *nats.Msg) {
		l, kind, report, ok := h.sender(m)
		if !ok {
			return
		}
		if !l.reports.Allow() {
			h.answer(m, ErrTooFast)
			return
		}
		h.reports <- struct{}{}
		h.working.Go(func() {
			defer func() { <-h.reports }()
			ctx, cancel := context.WithTimeout(context.Background(), reportTime)
			defer cancel()
			err := h.store(ctx, l, kind, report.Payload)
			h.answer(m, err)
			if (kind == wire.UpLeave && err == nil) || errors.Is(err, connector.ErrChannelGone) {
				time.AfterFunc(answerTime, func() { l.close("not the connector's channel any more") })
			}
		})
	})
	if err != nil {
		return fmt.Errorf("listen to connectors: %w", err)
	}
	return nil
}

// sender finds the channel that a report came on. The bus has checked the subject against the session's permissions; the
// generation only tells two channels of the same connector apart.
func (h *Hub) sender(m *nats.Msg) (*link, wire.Kind, wire.Report, bool) {
	addr, kind, err := wire.ParseUp(m.Subject)
	if err != nil {
		return nil, "", wire.Report{}, false
	}
	report, err := wire.DecodeReport(m.Data)
	if err != nil {
		if h.bus.links.has(addr) {
			h.answer(m, err)
		}
		return nil, "", report, false
	}
	l := h.bus.links.find(addr, report.Generation)
	return l, kind, report, l != nil
}

func (h *Hub) store(ctx context.Context, l *link, kind wire.Kind, payload json.RawMessage) error {
	switch kind {
	case wire.UpPresence:
		var p wire.Presence
		if err := json.Unmarshal(payload, &p); err != nil {
			return wire.ErrMalformed.Because(err)
		}
		conn, err := h.cfg.Gate.Report(ctx, l.ch, domainPresence(p))
		if err != nil {
			return err
		}
		entry := connector.Entry{Customer: conn.Customer, ID: conn.ID, Location: conn.Location, Type: conn.Type, Node: l.ch.Node, Presence: conn.Presence}
		l.setEntry(entry)
		h.bus.present(entry)
		return nil
	case wire.UpEvents:
		var e wire.Events
		if err := json.Unmarshal(payload, &e); err != nil {
			return wire.ErrMalformed.Because(err)
		}
		return h.cfg.Gate.ReportEvents(ctx, l.ch, domainEvents(e.Events))
	case wire.UpLeave:
		return h.cfg.Gate.Leave(ctx, l.conn, l.addr)
	}
	return wire.ErrUnsupported
}

// answer acknowledges a report once it is stored, or says why it is not.
func (h *Hub) answer(m *nats.Msg, err error) {
	if err != nil && !errors.Is(err, ErrTooFast) && !errors.Is(err, wire.ErrMalformed) { // these would fill the log as fast as they fill the bus
		h.log.Warn("report of a connector refused", "subject", m.Subject, "err", err)
	}
	// The bus lets a connector name any subject for the answer; only its own inbox gets one.
	addr, _, parseErr := wire.ParseUp(m.Subject)
	inbox, inboxErr := addr.Inbox()
	if parseErr != nil || inboxErr != nil || !strings.HasPrefix(m.Reply, inbox+".") {
		return
	}
	if err := m.Respond(wire.EncodeResponse(nil, err)); err != nil {
		h.log.Debug("report not answered", "subject", m.Subject, "err", err)
	}
}
