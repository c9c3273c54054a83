package main

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"
)

const (
	// maxMessageBytes bounds one mail; a longer one ends its connection.
	maxMessageBytes = 16 << 20
	// commandTimeout bounds the wait for a command, and for the whole text of a mail.
	commandTimeout = time.Minute
)

// serveSMTP accepts connections until the listener is closed.
func serveSMTP(listener net.Listener, box *mailbox, config *tls.Config) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			s := session{conn: conn, box: box, config: config}
			s.serve()
			s.conn.Close()
		}()
	}
}

// session is one SMTP connection. Source: RFC 5321, RFC 3207 (STARTTLS), RFC 4954 (AUTH).
type session struct {
	conn   net.Conn
	text   *textproto.Conn
	box    *mailbox
	config *tls.Config
	tls    bool
	from   string
	to     []string
}

// errQuit ends a session that the client wants to end.
var errQuit = errors.New("quit")

func (s *session) serve() {
	s.text = textproto.NewConn(s.conn)
	err := s.reply("220 mailsink ESMTP")
	for err == nil {
		err = s.step()
	}
}

func (s *session) reply(lines ...string) error {
	return s.text.PrintfLine("%s", strings.Join(lines, "\r\n"))
}

// step reads and answers one command.
func (s *session) step() error {
	if err := s.conn.SetDeadline(time.Now().Add(commandTimeout)); err != nil {
		return err
	}
	line, err := s.text.ReadLine()
	if err != nil {
		return err
	}
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "HELO":
		return s.reply("250 mailsink")
	case "EHLO":
		lines := []string{"250-mailsink", "250-8BITMIME", "250-SMTPUTF8"}
		if !s.tls {
			lines = append(lines, "250-STARTTLS")
		}
		return s.reply(append(lines, "250 AUTH PLAIN LOGIN")...)
	case "STARTTLS":
		return s.startTLS()
	case "AUTH":
		return s.auth(rest)
	case "MAIL":
		s.from, s.to = address(rest), nil
		return s.reply("250 ok")
	case "RCPT":
		s.to = append(s.to, address(rest))
		return s.reply("250 ok")
	case "DATA":
		return s.data()
	case "RSET":
		s.from, s.to = "", nil
		return s.reply("250 ok")
	case "NOOP":
		return s.reply("250 ok")
	case "QUIT":
		return errors.Join(s.reply("221 bye"), errQuit)
	default:
		return s.reply("502 unknown command")
	}
}

func (s *session) startTLS() error {
	if s.tls {
		return s.reply("503 TLS is on already")
	}
	if err := s.reply("220 go ahead"); err != nil {
		return err
	}
	secured := tls.Server(s.conn, s.config)
	s.conn, s.text, s.tls = secured, textproto.NewConn(secured), true
	s.from, s.to = "", nil
	return nil
}

// auth accepts whatever PLAIN and LOGIN send.
func (s *session) auth(rest string) error {
	mechanism, initial, _ := strings.Cut(rest, " ")
	prompts := 0
	switch strings.ToUpper(mechanism) {
	case "PLAIN":
		prompts = 1
	case "LOGIN":
		prompts = 2
	default:
		return s.reply("504 unknown mechanism")
	}
	if initial != "" {
		prompts--
	}
	for range prompts {
		if err := s.reply("334 "); err != nil {
			return err
		}
		if _, err := s.text.ReadLine(); err != nil {
			return err
		}
	}
	return s.reply("235 welcome")
}

func (s *session) data() error {
	if len(s.to) == 0 {
		return s.reply("503 no recipient")
	}
	if err := s.reply("354 end with a dot"); err != nil {
		return err
	}
	limited := io.LimitedReader{R: s.text.DotReader(), N: maxMessageBytes + 1}
	raw, err := io.ReadAll(&limited)
	if err != nil {
		return err
	}
	if limited.N == 0 {
		return errors.Join(s.reply("552 too long"), errQuit)
	}
	s.box.add(Message{Received: time.Now().UTC(), From: s.from, To: s.to, TLS: s.tls, Raw: string(raw)})
	s.from, s.to = "", nil
	return s.reply("250 kept")
}

// address takes the path out of "FROM:<a@b> SIZE=1" or "TO:<a@b>".
func address(argument string) string {
	_, path, _ := strings.Cut(argument, "<")
	path, _, _ = strings.Cut(path, ">")
	return path
}
