// Package lab gives tests the real parts that the script `lab` has started: two Active Directory forests,
// PostgreSQL, a forward proxy, a SAML identity provider and a mail sink. README.md describes them.
//
// Tests reach the parts by what Load returns, never by fixed addresses. What a test changes in a part it undoes
// itself, because every test of a run shares the parts: packages are tested at the same time. Changing and Quiet keep those apart
// who change a forest and who rely on what is changed.
package lab

import (
	"encoding/json"
	"os"
	"testing"
)

// Lab is the content of lab.json. A part that was not started is zero.
type Lab struct {
	Dir      string   // folder of all data, logs under log/
	Script   string   // the script that started it: its `down DIR --only PART` and `up DIR --only PART` restart a part
	Chromium string   // browser executable
	Forests  []Forest `json:"samba"`
	Postgres Postgres
	Squid    Squid
	SAML     SAML
	PySAML2  SAML `json:"pysaml2"` // the second identity provider; SignIn, which knows SimpleSAMLphp's pages, is not for it
	Mail     Mail
}

// Squid is a forward proxy for any target and port. Its URLs carry no credentials.
type Squid struct {
	OpenURL   string `json:"open_url"`  // lets everybody through
	BasicURL  string `json:"basic_url"` // answers 407 without User and Password
	User      string
	Password  string
	AccessLog string `json:"access_log"` // per request: port of the proxy, method, target, status, user or "-"
	PID       int
}

// Load returns the running lab. Without one it fails the test, unless CAUSEWAY_LAB=0 says that the lab is left out on
// purpose: then it skips, though never when CI=true.
func Load(t testing.TB) *Lab {
	t.Helper()
	file := os.Getenv("CAUSEWAY_LAB_JSON")
	switch {
	case file != "":
	case os.Getenv("CAUSEWAY_LAB") == "0" && os.Getenv("CI") != "true":
		t.Skip("lab not run")
	default:
		t.Fatal("this test needs the lab: run it by `make test`, or by `test/lab/lab run -- go test …`; CAUSEWAY_LAB=0 leaves it out")
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("CAUSEWAY_LAB_JSON: %v", err)
	}
	l := new(Lab)
	if err := json.Unmarshal(content, l); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return l
}
