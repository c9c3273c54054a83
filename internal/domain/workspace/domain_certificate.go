package workspace

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Codes of field errors of an uploaded certificate.
const (
	codeChain      = "tls_chain_unreadable"
	codeChainOrder = "tls_chain_order"
	codeHost       = "tls_host_not_covered"
	codeExpired    = "tls_expired"
	codeEarly      = "tls_not_yet_valid"
	codeKeySize    = "tls_key_weak" // or too long
	codeKey        = "tls_key_unreadable"
	codeMismatch   = "tls_key_mismatch"
)

// The sizes of an RSA key, in bits. Whoever begins a handshake makes us sign before anything is known of him, so a long key is a
// weapon: one signature with 16,384 bits takes seconds.
const (
	minRSA = 2048
	maxRSA = 4096
)

// maxExponent is the public exponent of every RSA key in use; checking a signature costs as many multiplications as it has bits.
const maxExponent = 65537

// maxChain bounds the number of certificates of a chain; real ones have two to four.
const maxChain = 10

// sealTLSKey is the use that private keys of uploaded certificates are sealed for.
const sealTLSKey = "workspace.domain.key"

// CertificateInfo is what is shown of the certificate of a host; zero = there is none.
type CertificateInfo struct {
	Subject  string
	NotAfter time.Time
}

func (c CertificateInfo) fields() systemlog.Fields {
	return systemlog.Fields{"Subject": c.Subject, "NotAfter": c.NotAfter.UTC().Format(time.RFC3339)}
}

// use makes the certificate that of the host; a new one is noticed anew.
func (d *Domain) use(c CertificateInfo) {
	if !c.NotAfter.Equal(d.NotAfter) {
		d.Noticed = 0
	}
	d.Subject, d.NotAfter = c.Subject, c.NotAfter
}

// infoOf reads the first certificate of a chain; zero when it has none.
func infoOf(chain []byte) CertificateInfo {
	certs, err := parseChain(chain)
	if err != nil {
		return CertificateInfo{}
	}
	return CertificateInfo{Subject: certs[0].Subject.String(), NotAfter: certs[0].NotAfter}
}

var errChain = errors.New("not a chain of certificates")

// parseChain reads PEM certificates, at least one.
func parseChain(raw []byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for {
		block, rest := pem.Decode(raw)
		if block == nil {
			break
		}
		raw = rest
		if block.Type != "CERTIFICATE" || len(out) == maxChain {
			return nil, errChain
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errChain
	}
	return out, nil
}

// checkCertificate names everything that is wrong with a chain and a key for the host.
func checkCertificate(host string, chainPEM, keyPEM []byte, now time.Time) ([]*x509.Certificate, crypto.Signer, []fault.Field) {
	var wrong []fault.Field
	add := func(field, code string, args text.Args) {
		wrong = append(wrong, fault.Field{Name: field, Code: code, Args: args})
	}
	chain, err := parseChain(chainPEM)
	if err != nil {
		add("certificatePem", codeChain, nil)
	} else {
		leaf := chain[0]
		switch {
		case !now.Before(leaf.NotAfter):
			add("certificatePem", codeExpired, text.Args{"date": leaf.NotAfter.UTC().Format(time.DateOnly)})
		case now.Before(leaf.NotBefore):
			add("certificatePem", codeEarly, text.Args{"date": leaf.NotBefore.UTC().Format(time.DateOnly)})
		}
		if leaf.VerifyHostname(host) != nil {
			add("certificatePem", codeHost, text.Args{"host": host})
		}
		if slices.ContainsFunc(chain, func(c *x509.Certificate) bool { return !usable(c.PublicKey) }) {
			add("certificatePem", codeKeySize, nil)
		} else if !inOrder(chain) {
			add("certificatePem", codeChainOrder, nil)
		}
	}
	key, err := parseKey(keyPEM)
	switch {
	case err != nil:
		add("privateKeyPem", codeKey, nil)
	case len(chain) > 0 && !sameKey(key, chain[0].PublicKey):
		add("privateKeyPem", codeMismatch, nil)
	}
	return chain, key, wrong
}

// inOrder reports whether each certificate is signed by the next one.
func inOrder(chain []*x509.Certificate) bool {
	for i := 1; i < len(chain); i++ {
		if chain[i-1].CheckSignatureFrom(chain[i]) != nil {
			return false
		}
	}
	return true
}

// usable reports whether browsers and we take the key: RSA of minRSA to maxRSA bits, ECDSA on P-256 or P-384.
func usable(public any) bool {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= minRSA && k.N.BitLen() <= maxRSA && k.E <= maxExponent
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256() || k.Curve == elliptic.P384()
	}
	return false
}

// parseKey reads the first private key in PEM: PKCS #8, PKCS #1 or SEC 1, without a passphrase.
func parseKey(raw []byte) (crypto.Signer, error) {
	for {
		block, rest := pem.Decode(raw)
		if block == nil {
			return nil, errChain
		}
		raw = rest
		var key any
		var err error
		switch block.Type {
		case "PRIVATE KEY":
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		case "RSA PRIVATE KEY":
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		default: // parameters of a curve, for instance
			continue
		}
		if err != nil {
			return nil, err
		}
		if r, isRSA := key.(*rsa.PrivateKey); isRSA && len(r.Primes) != 2 { // with more, each signature takes many times as long
			return nil, errChain
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return nil, errChain
		}
		return signer, nil
	}
}

func sameKey(private crypto.Signer, public crypto.PublicKey) bool {
	own, ok := private.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && own.Equal(public)
}

// SetCertificate uploads certificate and private key of the host; the key is sealed and never shown again. Errors: field errors,
// ErrNoDomain, ErrNotUpload, ErrDomainStale, ErrDomainVersion.
func (s *Domains) SetCertificate(ctx context.Context, actor admin.Actor, c customer.ID, chainPEM, keyPEM []byte, version int64) (Domain, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Domain{}, err
	}
	out, err := s.setCertificate(ctx, actor, c, chainPEM, keyPEM, version)
	if err != nil {
		systemlog.Failed(ctx, s.deps.Failures, s.deps.Log, c, err, systemlog.Record{Event: systemlog.FailedToUploadCustomDomainCertificate, Actor: actor.Log(),
			Target: systemlog.Target{ID: string(c), Name: string(c)}})
		return Domain{}, err
	}
	return *out.Domain, nil
}

func (s *Domains) setCertificate(ctx context.Context, actor admin.Actor, c customer.ID, chainPEM, keyPEM []byte, version int64) (Custom, error) {
	got, err := s.deps.Store.Custom(ctx, c)
	switch {
	case err != nil:
		return Custom{}, err
	case got.Domain == nil:
		return Custom{}, ErrNoDomain
	case got.Domain.TLS != TLSUpload:
		return Custom{}, ErrNotUpload
	}
	host := got.Domain.Host
	chain, key, wrong := checkCertificate(host, chainPEM, keyPEM, s.deps.Clock.Now())
	if err := fault.InvalidFields(wrong); err != nil {
		return Custom{}, err
	}
	plain, err := x509.MarshalPKCS8PrivateKey(key) // that key and nothing else that stood in the file
	if err != nil {
		return Custom{}, err
	}
	sealed, err := s.deps.Sealer.Seal(sealTLSKey, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: plain}))
	if err != nil {
		return Custom{}, err
	}
	var stored []byte
	for _, cert := range chain {
		stored = append(stored, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	}
	info := infoOf(stored)
	return s.deps.Store.ChangeCustom(ctx, c, func(now *Custom) (systemlog.Effects, error) {
		switch {
		case now.Domain == nil || now.Domain.Host != host:
			return systemlog.Effects{}, ErrDomainStale
		case now.Domain.TLS != TLSUpload:
			return systemlog.Effects{}, ErrNotUpload
		}
		if err := match(version, now.Domain.Version); err != nil {
			return systemlog.Effects{}, err
		}
		d := now.Domain
		d.Chain, d.Key = string(stored), sealed
		d.use(info)
		d.Version++
		if d.State == DomainFailed { // what was missing has come
			d.State, d.Since = Provisioning, s.deps.Clock.Now()
		}
		if d.Reason == ReasonNoCert || d.Reason == ReasonCertExpired {
			d.Reason = ""
		}
		d.NextTry = time.Time{}
		eff := systemlog.Recorded(systemlog.Record{Event: systemlog.CustomDomainCertificateUploaded, Actor: actor.Log(), Target: d.target(), After: info.fields()})
		eff.Jobs = append(eff.Jobs, provisionJob(c))
		return eff, nil
	})
}

// Certificate returns what a host is served with, for a handshake: the certificate of its mode, or of the other mode until there is
// one. ok is false for a host that nobody has proved: whatever name a client makes up, no certificate is made for it.
func (s *Domains) Certificate(ctx context.Context, host string) (cert *tls.Certificate, ok bool, err error) {
	d, err := s.served(ctx, host)
	if err != nil || d.Host == "" {
		return nil, false, err
	}
	ways := []func(context.Context, Domain) (*tls.Certificate, bool, error){s.uploaded, s.issued}
	if d.TLS == TLSACME {
		slices.Reverse(ways)
	}
	for _, way := range ways {
		if cert, ok, err = way(ctx, d); ok || err != nil {
			return cert, ok, err
		}
	}
	return nil, false, nil
}

func (s *Domains) uploaded(_ context.Context, d Domain) (*tls.Certificate, bool, error) {
	if d.Chain == "" {
		return nil, false, nil
	}
	key, err := s.deps.Sealer.Open(sealTLSKey, d.Key)
	if err != nil {
		return nil, false, err
	}
	pair, err := tls.X509KeyPair([]byte(d.Chain), key)
	return &pair, err == nil, err
}

func (s *Domains) issued(ctx context.Context, d Domain) (*tls.Certificate, bool, error) {
	if s.deps.Issuer == nil {
		return nil, false, nil
	}
	return s.deps.Issuer.Certificate(ctx, d.Host)
}

// Serves reports whether certificates of a host may be used: some customer has proved it.
func (s *Domains) Serves(ctx context.Context, host string) (bool, error) {
	d, err := s.served(ctx, host)
	return d.Host != "", err
}

// served returns the host if it is proved, the zero value otherwise.
func (s *Domains) served(ctx context.Context, host string) (Domain, error) {
	d, err := s.deps.Store.ByHost(ctx, host)
	if errors.Is(err, ErrNoDomain) || err == nil && !d.Proved {
		return Domain{}, nil
	}
	return d, err
}

// noticeDays are how many days before the end of a certificate administrators hear of it.
var noticeDays = []int{30, 7, 1}

// Maintain renews certificates that are due and tells administrators of those that end.
func (s *Domains) Maintain(ctx context.Context) error {
	if !s.deps.ServesTLS {
		return nil
	}
	return s.each(ctx, DomainActive, func(d Domain) error {
		step, cancel := context.WithTimeout(ctx, stepTime)
		defer cancel()
		cert, reason := s.certificate(step, d, false)
		if reason == "" {
			if !slices.Contains(certificateReasons, d.Reason) {
				reason = d.Reason // how the host is reached was not looked at
			}
			if err := s.settle(ctx, d, cert, DomainActive, reason); err != nil {
				return err
			}
			d.use(cert)
		} else if err := s.deps.Store.Postpone(ctx, d, Step{Proved: true, Reason: reason, Next: d.NextTry}); err != nil {
			return err
		}
		return s.notice(ctx, d)
	})
}

// notice sends one notice per threshold. Certificates by ACME are renewed long before the first, so that a notice of one means that
// renewing does not work.
func (s *Domains) notice(ctx context.Context, d Domain) error {
	if d.NotAfter.IsZero() {
		return nil
	}
	left := d.NotAfter.Sub(s.deps.Clock.Now())
	due := 0
	for _, days := range noticeDays {
		if left <= time.Duration(days)*24*time.Hour {
			due = days
		}
	}
	if due == 0 || d.Noticed != 0 && d.Noticed <= due {
		return nil
	}
	_, err := s.deps.Store.ChangeCustom(ctx, d.Customer, func(now *Custom) (systemlog.Effects, error) {
		if now.Domain == nil || now.Domain.Host != d.Host || !now.Domain.NotAfter.Equal(d.NotAfter) || now.Domain.Noticed != 0 && now.Domain.Noticed <= due {
			return systemlog.Effects{}, errSettled
		}
		now.Domain.Noticed = due
		info := CertificateInfo{d.Subject, d.NotAfter}
		eff := systemlog.Recorded(systemlog.Record{Event: systemlog.CustomDomainCertificateExpiring, Actor: systemlog.System(), Target: d.target(), After: info.fields()})
		eff.Jobs = append(eff.Jobs, notify.Job(d.Customer, notify.CustomDomainCertificateExpiring,
			map[string]string{"host": d.Host, "date": d.NotAfter.UTC().Format(time.DateOnly), "days": strconv.Itoa(due)}))
		return eff, nil
	})
	if errors.Is(err, errSettled) {
		return nil
	}
	return err
}
