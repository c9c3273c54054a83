package channel

import (
	"context"
	"errors"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// eventSource is where the events about the channel come from, as documented (CON-118).
const eventSource = "Citrix.CloudServices.AgentWatchDog"

// eventNames are the documented names, for the local log.
var eventNames = map[int]string{
	wire.EventConnected:        "ConnectedToMessagingService",
	wire.EventConnectedByProxy: "ConnectedToMessagingServiceWithWebProxy",
	wire.EventUnable:           "UnableToConnectToMessagingService",
	wire.EventUnableByProxy:    "UnableToConnectToMessagingServiceWithWebProxy",
}

// connected writes the event of a channel where there was none (CON-120, CON-121).
func (c *Channel) connected(l *link) {
	c.outage = ""
	c.log.Info("channel opened", "generation", l.gen)
	c.tell(State{Connected: true})
	if proxy := c.proxyAddress(); proxy != "" {
		c.event(wire.EventConnectedByProxy, proxy)
		return
	}
	c.event(wire.EventConnected)
}

// unable writes the event of an outage when it begins and when its cause changes (CON-122, CON-123).
func (c *Channel) unable(err error, delay time.Duration) {
	cause := fault.From(err).Code
	var refusal *Refusal
	if errors.As(err, &refusal) {
		cause = refusal.Code
	}
	if cause == c.outage {
		c.log.Debug("channel still not opened", "again_in", delay, "err", err)
		return
	}
	c.outage = cause
	c.tell(State{Problem: cause, Detail: err.Error()})
	c.log.Warn("channel not opened", "code", cause, "again_in", delay, "err", err)
	if proxy := c.proxyAddress(); proxy != "" {
		c.event(wire.EventUnableByProxy, proxy)
		return
	}
	c.event(wire.EventUnable, c.dialer.Host())
}

func (c *Channel) tell(s State) {
	if c.cfg.Watch == nil {
		return
	}
	s.Since, s.Proxy = time.Now().UTC(), c.proxyAddress()
	c.cfg.Watch(s)
}

func (c *Channel) proxyAddress() string {
	via, err := c.dialer.Via()
	if err != nil || via.URL == nil {
		return ""
	}
	return via.URL.String()
}

// event writes an event to the local log and, for the control plane, to the spool.
func (c *Channel) event(number int, params ...string) {
	c.log.Info("connector event", "event_id", number, "event_name", eventNames[number], "source", eventSource, "params", params)
	if err := c.spool.add(wire.Event{Key: id.New("evt"), Number: number, At: c.cfg.Clock.Now(), Params: params}); err != nil {
		c.log.Error("event not kept for the control plane", "event_id", number, "err", err)
	}
}

// reportEvents sends what the spool holds whenever there is a channel.
func (c *Channel) reportEvents(ctx context.Context) {
	var wait backoff
	for {
		batch := c.spool.batch()
		if len(batch) == 0 {
			select {
			case <-ctx.Done():
				return
			case <-c.spool.wake:
			}
			continue
		}
		l := c.live(ctx)
		if l == nil {
			return
		}
		err := l.report(ctx, wire.UpEvents, wire.Events{Events: batch})
		if err != nil && transient(err) {
			if !sleep(ctx, wait.next()) {
				return
			}
			continue
		}
		wait = backoff{}
		if err != nil { // it will never be taken
			c.log.Error("events refused by the control plane", "events", len(batch), "err", err)
		}
		if err := c.spool.taken(batch); err != nil {
			c.log.Error("spool not written", "err", err)
		}
	}
}

// reportPresence says what the connector is at first contact, when something changes, and every 30 seconds.
func (c *Channel) reportPresence(ctx context.Context) {
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	var wait backoff
	for {
		l := c.live(ctx)
		if l == nil {
			return
		}
		if err := l.report(ctx, wire.UpPresence, c.presence()); err != nil {
			c.log.Warn("presence not reported", "err", err)
			if !sleep(ctx, wait.next()) {
				return
			}
			continue
		}
		wait = backoff{}
		if !c.waitForNews(ctx, l, tick.C) {
			return
		}
	}
}

// waitForNews returns when there is a reason to report again; false when ctx has ended.
func (c *Channel) waitForNews(ctx context.Context, told *link, tick <-chan time.Time) bool {
	select {
	case <-ctx.Done():
		return false
	case <-told.lost:
	case <-told.replaced:
	case <-c.changed:
	case <-tick:
	}
	return true
}

func (c *Channel) presence() wire.Presence {
	p := wire.Presence{Version: c.cfg.Facts.Version}
	for _, provider := range c.cfg.Providers {
		provider.Report(&p)
	}
	return p
}

// Leave tells the control plane that the connector is being removed. Errors: ErrNoChannel, and what it answers.
func (c *Channel) Leave(ctx context.Context) error {
	l := c.live(ctx)
	if l == nil {
		return ErrNoChannel
	}
	return l.report(ctx, wire.UpLeave, nil)
}

// sleep waits; false when ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
