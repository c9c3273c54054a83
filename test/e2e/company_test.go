package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/lab"
)

// person is somebody who signs in to a workspace.
type person struct {
	Login string `json:"login"`
	SID   string `json:"sid"`
}

// TestCompanyStory goes from nothing to people at work, with mails as the only help: a company signs up and an operator approves
// it; its first person makes the cloud account, connects a site of each of two forests and SimpleSAMLphp, and gives an
// offering to a group of the second forest. A person who is in that group only through two others finds and opens it; the
// member of the group of the same name in the first forest does not, nor does somebody without it. The second
// administrator comes by invitation, and gets back in without password and phone.
//
// Spec: IAM-020, IAM-021, IAM-029, IAM-034, IAM-035, IAM-041, IAM-057, IAM-058, IAM-081, PLT-044, PLT-055, PLT-383, PLT-384, PLT-385, PLT-417
func TestCompanyStory(t *testing.T) {
	s := &story{lab: lab.Load(t)}
	s.installation = startServeWith(t, labMail(t, s.lab), "onboarding:\n  policy: approval\n")
	s.state = filepath.Join(t.TempDir(), "administrator.json")
	const founder = "nora.brandt@alpine.example"
	s.found(t, founder)

	first, second := s.lab.Forest1(), s.lab.Forest2()
	headquarters := s.addSite(t, s.state, "Headquarters", 1)
	s.connect(t, headquarters.Files[0], first)
	branch := s.addSite(t, s.state, "Branch office", 1)
	s.connect(t, branch.Files[0], second)
	s.known(t, second.Domain)
	s.provider = s.secureProvider(s.lab)
	s.register(s.lab)
	s.connectProvider(t, headquarters, 1)

	group, inner := second.Group(t, "G-Level1"), second.Group(t, "G-Level3")
	of := func(f *lab.Forest, sam string) person {
		a := f.Account(t, sam)
		return person{Login: a.UPN, SID: a.SID}
	}
	runScript(t, "nested-group", s.settings(map[string]any{"state": s.state, "workspace": s.workspace, "password": s.lab.SAML.Password,
		"application": s.serveTLS(http.HandlerFunc(payroll)),
		"membership":  memberSwitch(t, second, inner, second.Account(t, "alice.adams")), "group": map[string]string{"name": group.Name, "sid": group.SID}, "domain": second.Domain, "member": of(second, "alice.adams"),
		"others": []person{of(first, "alice.adams"), of(second, "grace.green")}}))

	runScript(t, "second-administrator", s.settings(map[string]any{"state": s.state, "email": "omar.reyes@alpine.example",
		"mailbox": "omar.mfa@post.example", "recovery": "omar.reyes@home.example", "password": newPassword, "newPassword": newPassword + "-2"}))
}

// memberSwitch takes somebody out of a group of a forest (PUT …?in=no) and puts him back (PUT …?in=yes), as an administrator
// of the directory does. At the end of the test he is in it again.
func memberSwitch(t *testing.T, f *lab.Forest, group lab.Group, member lab.Account) (address string) {
	t.Helper()
	inside := true
	set := func(in bool) error {
		if in == inside {
			return nil
		}
		c, err := ldap.DialURL(f.LDAPSURL, ldap.DialWithTLSConfig(f.TLS(t)))
		if err != nil {
			return err
		}
		defer c.Close()
		if err := c.Bind(f.Administrator.UPN, f.Administrator.Password); err != nil {
			return err
		}
		m := ldap.NewModifyRequest(group.DN, nil)
		if in {
			m.Add("member", []string{member.DN})
		} else {
			m.Delete("member", []string{member.DN})
		}
		if err := c.Modify(m); err != nil {
			return err
		}
		inside = in
		return nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := set(r.URL.Query().Get("in") == "yes"); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	}))
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, set(true))
	})
	return server.URL
}

// payroll is an application that is offered. It learns nothing of the workspace from which it was opened.
func payroll(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><title>Payroll</title><p>from %q", r.Referer())
}

// found signs a company up, approves it, and makes its cloud account; the browser's state of the first administrator is kept.
func (s *story) found(t *testing.T, founder string) {
	t.Helper()
	const company = "Alpine Works"
	runScript(t, "sign-up", s.settings(map[string]any{"company": company, "siteAddress": "Bahnhofstrasse 1, 8001 Zürich",
		"person": "Nora Brandt", "email": founder}))
	var waiting struct {
		SignUps []struct {
			ID    string `json:"id"`
			Email string `json:"email"`
		} `json:"signups"`
	}
	s.operator(&waiting, "signups", "list")
	require.Len(t, waiting.SignUps, 1)
	require.Equal(t, founder, waiting.SignUps[0].Email)
	s.operator(new(any), "signups", "approve", waiting.SignUps[0].ID)
	var made struct {
		Customer struct {
			ID     string `json:"id"`
			Name   string `json:"name"`
			Region string `json:"region"`
		} `json:"customer"`
		Rights struct {
			Full bool `json:"full"`
		} `json:"rights"`
	}
	scriptInto(t, "found-account", s.settings(map[string]any{"email": founder, "mailbox": "nora.mfa@post.example", "password": newPassword,
		"company": company, "account": "Alpine", "region": "default", "state": s.state}), &made)
	require.Equal(t, "Alpine", made.Customer.Name)
	require.Equal(t, "default", made.Customer.Region)
	require.True(t, made.Rights.Full, "the founder is not an administrator with full access")
	s.customer = customer{CustomerID: made.Customer.ID, Name: made.Customer.Name}
}
