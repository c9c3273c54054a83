package ad

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Why a controller cannot be asked. The values "host" and "domain" name whom it is about.
var (
	ErrNoControllers = fault.New(fault.Unavailable, "directory_no_controllers") // DNS lists none for the domain
	ErrHostUnknown   = fault.New(fault.Unavailable, "directory_host_unknown")
	ErrUnreachable   = fault.New(fault.Unavailable, "directory_host_unreachable")
	ErrTimeout       = fault.New(fault.Unavailable, "directory_timeout")
	ErrBroken        = fault.New(fault.Unavailable, "directory_connection_broken") // ended, or no LDAP
	ErrAnswer        = fault.New(fault.Unavailable, "directory_answer_invalid")    // complete, but not what was asked for
	ErrRefused       = fault.New(fault.Unavailable, "directory_search_refused")
	ErrWrongDomain   = fault.New(fault.Unavailable, "directory_wrong_domain") // the controller is of another domain

	ErrClearOnly  = fault.New(fault.Unavailable, "directory_cleartext_only")
	ErrTLS        = fault.New(fault.Unavailable, "directory_tls_failed")
	ErrCAFile     = fault.New(fault.Unavailable, "directory_ca_file") // cannot be read or holds no certificate
	ErrCAExpired  = fault.New(fault.Unavailable, "directory_ca_expired")
	ErrUntrusted  = fault.New(fault.Unavailable, "directory_certificate_untrusted")
	ErrCertExpiry = fault.New(fault.Unavailable, "directory_certificate_expired")
	ErrCertName   = fault.New(fault.Unavailable, "directory_certificate_name")

	ErrPasswordFile  = fault.New(fault.Unavailable, "directory_password_file")  // cannot be read
	ErrPasswordEmpty = fault.New(fault.Unavailable, "directory_password_empty") // or holds a NUL
	ErrBind          = fault.New(fault.Unavailable, "directory_bind_refused")   // "reason" is a word of bindReason
)

// setUp are the faults of the service account, the connector's files and the controllers' certificates: none of them goes
// away until somebody changes something.
var setUp = []*fault.Error{ErrBind, ErrPasswordFile, ErrPasswordEmpty, ErrCAFile, ErrCAExpired, ErrUntrusted, ErrCertExpiry, ErrCertName, ErrWrongDomain}

// ofSetUp reports whether err is one of them, and not of the way to the controller.
func ofSetUp(err error) bool {
	return slices.ContainsFunc(setUp, func(f *fault.Error) bool { return errors.Is(err, f) })
}

// ofNetwork turns an error of dialling, reading or writing into a fault about host. What is one already is kept.
func ofNetwork(ctx context.Context, host string, err error) *fault.Error {
	var declared *fault.Error
	var dns *net.DNSError
	var ne net.Error
	switch {
	case errors.As(err, &declared):
		return declared
	case ctx.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &ne) && ne.Timeout():
		return ErrTimeout.With("host", host).Because(err)
	case errors.As(err, &dns):
		return ErrHostUnknown.With("host", host).Because(err)
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return ErrUnreachable.With("host", host).Because(err)
	}
	return ErrBroken.With("host", host).Because(err)
}

// ofDial is ofNetwork for a connection that was never made.
func ofDial(ctx context.Context, host string, err error) *fault.Error {
	f := ofNetwork(ctx, host, err)
	if errors.Is(f, ErrBroken) {
		return ErrUnreachable.With("host", host).Because(err)
	}
	return f
}

// ofStartTLS: whoever answers anything but yes has nothing to offer but clear text.
func ofStartTLS(ctx context.Context, host string, err error) *fault.Error {
	f := ofResult(ctx, host, err)
	if errors.Is(f, ErrRefused) {
		return ErrClearOnly.With("host", host).Because(err)
	}
	return f
}

// ofHandshake turns the failure of a TLS handshake into the fault that says what to change.
func ofHandshake(ctx context.Context, host string, err error) *fault.Error {
	var record tls.RecordHeaderError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var verification *tls.CertificateVerificationError
	switch {
	case errors.As(err, &record), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		// A controller without a certificate still listens on 636 and ends each connection at the first byte of TLS.
		return ErrClearOnly.With("host", host).Because(err)
	case errors.As(err, &name):
		return ErrCertName.With("host", host).With("names", certificateNames(name.Certificate)).Because(err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert.IsCA:
		return ErrCAExpired.With("host", host).With("until", invalid.Cert.NotAfter.UTC().Format(time.DateOnly)).Because(err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return ErrCertExpiry.With("host", host).With("until", invalid.Cert.NotAfter.UTC().Format(time.DateOnly)).Because(err)
	case errors.As(err, &verification): // above all an unknown authority
		return ErrUntrusted.With("host", host).Because(err)
	}
	if f := ofNetwork(ctx, host, err); !errors.Is(f, ErrBroken) {
		return f
	}
	return ErrTLS.With("host", host).Because(err)
}

func certificateNames(c *x509.Certificate) string {
	names := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "no name at all"
	}
	return strings.Join(names, ", ")
}

// ofResult turns an LDAP result into a fault about host.
func ofResult(ctx context.Context, host string, err error) *fault.Error {
	var declared *fault.Error
	var le *ldap.Error
	switch {
	case errors.As(err, &declared):
		return declared
	case ctx.Err() != nil:
		return ErrTimeout.With("host", host).Because(err)
	case errors.Is(err, errAnswer):
		return ErrAnswer.With("host", host).Because(err)
	case errors.As(err, &le) && le.ResultCode < ldap.ErrorNetwork:
		return ErrRefused.With("host", host).With("code", le.ResultCode).Because(err)
	}
	return ofNetwork(ctx, host, err)
}

// bindReason is why a bind was refused.
type bindReason string

// The reasons, each a word for people in the sentence of ErrBind.
const (
	reasonWrong       bindReason = "wrong name or password"
	reasonDisabled    bindReason = "account disabled"
	reasonExpired     bindReason = "account expired"
	reasonLocked      bindReason = "account locked"
	reasonPassword    bindReason = "password expired"
	reasonMustChange  bindReason = "password must be changed"
	reasonHours       bindReason = "outside the logon hours"
	reasonWorkstation bindReason = "not at this workstation"
	reasonRestricted  bindReason = "not allowed to sign in by password"
	reasonOther       bindReason = "refused"
)

// bindData finds the Windows error that Active Directory writes into the diagnostic message of a refused bind; the
// result code is 49 for all of them.
var bindData = regexp.MustCompile(`\bdata ([0-9a-fA-F]{1,8}),`)

// Source: MS-ERREF §2.2, as quoted by AcceptSecurityContext; measured on Samba 4.17.
var bindReasons = map[string]bindReason{
	"525": reasonWrong, // no such user; the same answer as a wrong password, so that nobody learns who exists
	"52e": reasonWrong,
	"52f": reasonRestricted,
	"530": reasonHours,
	"531": reasonWorkstation,
	"532": reasonPassword,
	"533": reasonDisabled,
	"568": reasonOther, // too many context identifiers
	"701": reasonExpired,
	"773": reasonMustChange,
	"775": reasonLocked,
}

// refusal reads the reason of a refused bind; false when err is something else.
func refusal(err error) (bindReason, bool) {
	var le *ldap.Error
	if !errors.As(err, &le) || le.ResultCode != ldap.LDAPResultInvalidCredentials {
		return "", false
	}
	if m := bindData.FindStringSubmatch(le.Err.Error()); m != nil {
		if r, ok := bindReasons[strings.ToLower(m[1])]; ok {
			return r, true
		}
		return reasonOther, true
	}
	return reasonWrong, true
}
