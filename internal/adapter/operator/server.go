package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/user"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// maxBody bounds a command.
const maxBody = 64 << 10

// Customers creates customers.
type Customers interface {
	Onboard(ctx context.Context, operator systemlog.Actor, in customer.Onboarding) (customer.Onboarded, error)
}

// Server answers the commands.
type Server struct {
	Customers  Customers
	Backup     func(ctx context.Context, dir string, by systemlog.Actor) (manifest any, err error) // copies the database into dir
	Onboarding Onboarding
	Mail       Mail
	Rotation   Rotation
	Support    Support
	Logins     Logins
	Features   Features
	Hosts      Hosts
	Texts      *text.Catalogue
	Log        *slog.Logger
}

// CreateCustomer is the command of that name.
type CreateCustomer struct {
	OrgID         string `json:"orgId,omitempty"`
	Company       string `json:"company,omitempty"`
	SiteAddress   string `json:"siteAddress,omitempty"`
	Customer      string `json:"customer,omitempty"`
	CustomerID    string `json:"customerId,omitempty"`
	UserName      string `json:"userName"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"emailVerified,omitempty"`
}

// CustomerCreated is its answer.
type CustomerCreated struct {
	OrgID      string `json:"orgId"`
	CustomerID string `json:"customerId"`
	Name       string `json:"name"`
	UserName   string `json:"userName"`
	Password   string `json:"password"` // one-time; empty when the login existed already
}

// CreateBackup is the command of that name.
type CreateBackup struct {
	Dir string `json:"dir"`
}

// Problem is the answer of a command that failed.
type Problem struct {
	Kind   string         `json:"kind"`
	Code   string         `json:"code"`
	Detail string         `json:"detail"`
	Hint   string         `json:"hint"`
	Errors []FieldProblem `json:"errors,omitempty"`
}

// FieldProblem is one input that cannot be accepted.
type FieldProblem struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Serve answers commands on the listener of Listen until ctx ends.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: s.handler(), ConnContext: withPeer, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute}
	stopped := make(chan struct{})
	go func() {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := srv.Shutdown(stop); err != nil {
			s.Log.Warn("operator socket closed under a command", "err", err)
		}
		close(stopped)
	}()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("operator socket: %w", err)
	}
	<-stopped
	return nil
}

// Expected failures of a socket. The operator mends them in the configuration, not a new start.
var (
	ErrSocketInUse = fault.New(fault.Invalid, "operator_socket_in_use")
	ErrSocket      = fault.New(fault.Invalid, "operator_socket_unusable")
)

// Listen opens the socket. A socket file that a dead server left is replaced; any other file stays. Errors: ErrSocketInUse,
// ErrSocket.
func Listen(socket string) (net.Listener, error) {
	if c, err := net.Dial("unix", socket); err == nil {
		c.Close()
		return nil, ErrSocketInUse.With("socket", socket)
	}
	if info, err := os.Lstat(socket); err == nil && info.Mode().Type() == os.ModeSocket {
		if err := os.Remove(socket); err != nil {
			return nil, ErrSocket.With("socket", socket).Because(err)
		}
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, ErrSocket.With("socket", socket).Because(err)
	}
	if err := os.Chmod(socket, 0o600); err != nil {
		return nil, errors.Join(ErrSocket.With("socket", socket).Because(err), l.Close())
	}
	return l, nil
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /create-customer", command(s, func(ctx context.Context, by systemlog.Actor, in CreateCustomer) (CustomerCreated, error) {
		got, err := s.Customers.Onboard(ctx, by, customer.Onboarding{
			OrgID: customer.OrgID(in.OrgID), Company: in.Company, SiteAddress: in.SiteAddress, Customer: in.Customer, CustomerID: in.CustomerID,
			Administrator: customer.Administrator{UserName: in.UserName, Email: in.Email, EmailVerified: in.EmailVerified},
		})
		return CustomerCreated{OrgID: string(got.Company.OrgID), CustomerID: string(got.Customer.ID), Name: got.Customer.Name, UserName: got.UserName, Password: got.Password.Reveal()}, err
	}))
	mux.HandleFunc("POST /backup", command(s, func(ctx context.Context, by systemlog.Actor, in CreateBackup) (any, error) {
		return s.Backup(ctx, in.Dir, by)
	}))
	s.Onboarding.mount(s, mux)
	s.Mail.mount(s, mux)
	s.Rotation.mount(s, mux)
	s.Support.mount(s, mux)
	s.mountLogins(mux)
	s.mountFeatures(mux)
	s.mountHosts(mux)
	return mux
}

// command decodes, runs and encodes one command.
func command[I, O any](s *Server, run func(ctx context.Context, by systemlog.Actor, in I) (O, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		by, err := actor(r.Context())
		var out O
		if err == nil {
			var in I
			dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
			dec.DisallowUnknownFields()
			if err = dec.Decode(&in); err == nil {
				out, err = run(r.Context(), by, in)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_ = json.NewEncoder(w).Encode(s.problem(r.Context(), err))
			return
		}
		_ = json.NewEncoder(w).Encode(out)
	}
}

func (s *Server) problem(ctx context.Context, err error) Problem {
	e := fault.From(err)
	if e.Kind == fault.Internal {
		s.Log.ErrorContext(ctx, "operator command failed", "err", err)
	}
	p := Problem{Kind: e.Kind.String(), Code: e.Code, Detail: s.Texts.Sentence(text.English, e.Code, e.Args), Hint: s.Texts.Hint(text.English, e.Code, e.Args)}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, FieldProblem{Field: f.Name, Detail: s.Texts.Sentence(text.English, f.Code, f.Args)})
	}
	return p
}

var errPeer = fault.New(fault.Denied, "operator_peer_refused")

type peerKey struct{}

// withPeer keeps the user of the other end, as the kernel tells it.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	raw, err := c.(*net.UnixConn).SyscallConn()
	if err != nil {
		return ctx
	}
	var cred *unix.Ucred
	if err := raw.Control(func(fd uintptr) { cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err != nil || cred == nil {
		return ctx
	}
	return context.WithValue(ctx, peerKey{}, cred.Uid)
}

// actor is the operator at the other end; anybody but root and the server's own user is refused.
func actor(ctx context.Context) (systemlog.Actor, error) {
	uid, ok := ctx.Value(peerKey{}).(uint32)
	if !ok || (uid != 0 && int(uid) != os.Getuid()) {
		return systemlog.Actor{}, errPeer
	}
	name := strconv.Itoa(int(uid))
	if u, err := user.LookupId(name); err == nil {
		name = u.Username
	}
	return systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:" + strconv.Itoa(int(uid)), Name: name}, nil
}
