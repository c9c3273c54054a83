package main

import (
	"slices"
	"sync"
	"time"
)

// maxMessages bounds the mailbox; the oldest message goes when a new one finds it full.
const maxMessages = 10_000

// Message is one accepted mail.
type Message struct {
	ID       int       `json:"id"` // counts from 1 and is never reused
	Received time.Time `json:"received"`
	From     string    `json:"from"` // of the envelope, without angle brackets; empty for a bounce
	To       []string  `json:"to"`   // of the envelope
	TLS      bool      `json:"tls"`  // whether the mail came after STARTTLS
	Raw      string    `json:"raw"`  // header and body as received, dots unstuffed, lines end in LF
}

// mailbox keeps messages. The zero value is empty and ready; safe for concurrent use.
type mailbox struct {
	mu       sync.Mutex // guards the fields below
	last     int
	messages []Message
}

// add numbers and keeps a message.
func (b *mailbox) add(m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	m.ID = b.last
	if len(b.messages) == maxMessages {
		b.messages = slices.Delete(b.messages, 0, 1)
	}
	b.messages = append(b.messages, m)
}

// all returns a copy of what is kept, oldest first.
func (b *mailbox) all() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages)
}

func (b *mailbox) empty() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = nil
}
