package httpapi

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/selftest"
)

// ConnectionTest is a live test of a connection with everything that can be said of the provider's answer.
type ConnectionTest struct {
	ID            string              `json:"id"`
	ConnectionID  string              `json:"connectionId" doc:"Or that of the draft."`
	State         string              `json:"state" enum:"waiting,passed,failed"`
	StartedAt     time.Time           `json:"startedAt"`
	TransactionID string              `json:"transactionId"`
	Signatures    []TestSignature     `json:"signatures" nullable:"false"`
	RawClaims     []TestRawClaim      `json:"rawClaims" nullable:"false"`
	Mapped        []TestMappedClaim   `json:"mapped" nullable:"false"`
	Steps         []TraceStep         `json:"steps" nullable:"false"`
	Refusals      []ConnectionRefusal `json:"refusals" nullable:"false" doc:"All that would refuse a sign-in, not only the first."`
	MessageXML    string              `json:"messageXml" doc:"Empty when no message came."`
}

// TestSignature is the state of the signature of one element.
type TestSignature struct {
	Element     string `json:"element" enum:"Response,Assertion"`
	Present     bool   `json:"present"`
	Verified    bool   `json:"verified"`
	Algorithm   string `json:"algorithm"`
	Certificate string `json:"certificate" doc:"Fingerprint of the connection's certificate that verified it."`
	Code        string `json:"code"`
	Detail      string `json:"detail" doc:"What is wrong with it; empty otherwise."`
}

// TestRawClaim is an attribute as the provider sent it.
type TestRawClaim struct {
	Name       string   `json:"name"`
	NameFormat string   `json:"nameFormat"`
	Values     []string `json:"values" nullable:"false"`
	Encrypted  bool     `json:"encrypted"`
}

// TestMappedClaim is what the connection makes of it.
type TestMappedClaim struct {
	Claim     string `json:"claim"`
	Attribute string `json:"attribute" doc:"Empty: the connection does not read it."`
	Value     string `json:"value"`
	Source    string `json:"source" enum:"assertion,connector,entra,none"`
	Code      string `json:"code"`
	Detail    string `json:"detail" doc:"What is wrong with it; empty otherwise."`
}

// ConnectionRefusal is one reason to refuse an answer.
type ConnectionRefusal struct {
	Code    string `json:"code"`
	Detail  string `json:"detail"`
	Hint    string `json:"hint"`
	Setting string `json:"setting" doc:"Path of the setting to change; empty when it is elsewhere."`
}

// SelfTest is what attacks on the running verifier have come to.
type SelfTest struct {
	Items  []SelfTestCase `json:"items" nullable:"false"`
	Passed bool           `json:"passed"`
}

// SelfTestCase is one message and the verdict on it.
type SelfTestCase struct {
	Name         string `json:"name" doc:"Technical name of the attack, in English."`
	Title        string `json:"title" doc:"The attack in words; empty when the name says it."`
	Group        string `json:"group" enum:"reading,wrapping,signature,content,encryption,twin"`
	Expected     string `json:"expected" doc:"Reason code, or accepted."`
	ExpectedText string `json:"expectedText" doc:"The sentence of the code; empty when it needs values of a refusal that did not come."`
	Got          string `json:"got"`
	GotText      string `json:"gotText"`
	OK           bool   `json:"ok"`
}

// errSelfTestRuns keeps a self-test, which costs as much as a hundred sign-ins, from running twice at once.
var errSelfTestRuns = fault.New(fault.Limited, "self_test_runs")

// bench registers tests of connections and the self-test.
func (a *API) bench(c connectionsAPI) {
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/connections/{connectionId}/test", ID: "testConnection",
		Summary: "Begin a round trip through the provider of a saved connection; makes no session", Tag: connectionsTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InConnection
			Application string `query:"application" enum:"primary,custom_domain" default:"primary"`
		}) (*bodyOf[TestStarted], error) {
			address, run, err := c.s.StartCheck(ctx, actor, in.customer(), in.id(), federation.Variant(in.Application))
			if err != nil {
				return nil, err
			}
			return answer(TestStarted{URL: address, TestID: run, TransactionID: actor.Transaction}), nil
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connection-tests/{testId}", ID: "getConnectionTest",
		Summary: "A test with its report; kept for a day", Tag: connectionsTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			TestID string `path:"testId"`
		}) (*bodyOf[ConnectionTest], error) {
			got, err := c.s.Run(ctx, actor, in.customer(), in.TestID)
			if err != nil {
				return nil, err
			}
			return answer(a.connectionTest(ctx, got)), nil
		})
}

// SAMLSelfTest registers the attacks on the running verifier.
func (a *API) SAMLSelfTest(clk clock.Clock) {
	var running sync.Mutex
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/tools/saml-self-test", ID: "runSAMLSelfTest",
		Summary: "Attack the running SAML verifier with the known forgeries", Tag: connectionsTag, Needs: admin.FullAccess},
		func(ctx context.Context, _ admin.Actor, _ *struct{ InCustomer }) (*bodyOf[SelfTest], error) {
			if !running.TryLock() {
				return nil, errSelfTestRuns
			}
			defer running.Unlock()
			results, err := selftest.Run(clk.Now())
			if err != nil {
				return nil, err
			}
			out := SelfTest{Items: make([]SelfTestCase, 0, len(results)), Passed: selftest.Passed(results)}
			for _, r := range results {
				out.Items = append(out.Items, a.selfTestCase(ctx, r))
			}
			return answer(out), nil
		})
}

func (a *API) selfTestCase(ctx context.Context, r selftest.Result) SelfTestCase {
	lang := edge.From(ctx).Language
	verdict := func(code string) string {
		if code == selftest.Accepted || code == selftest.WrongValues {
			code = "selftest." + code
		}
		sentence := a.texts.Sentence(lang, code, r.Args)
		if strings.Contains(sentence, "{") { // nobody has the values of a refusal that did not come
			return ""
		}
		return sentence
	}
	out := SelfTestCase{Name: strings.ReplaceAll(r.Name, "-", " "), Group: r.Group, Expected: r.Expected, ExpectedText: verdict(r.Expected),
		Got: r.Got, GotText: verdict(r.Got), OK: r.OK}
	if key := "selftest.case." + r.Name; a.texts.Has(text.English, key) {
		out.Title = a.texts.Sentence(lang, key, nil)
	}
	return out
}

func (a *API) connectionTest(ctx context.Context, r federation.Run) ConnectionTest {
	lang := edge.From(ctx).Language
	sentence := func(code string) string {
		if code == "" {
			return ""
		}
		return a.texts.Sentence(lang, code, nil)
	}
	out := ConnectionTest{ID: r.ID, ConnectionID: string(r.Connection), State: string(r.State), StartedAt: r.StartedAt, TransactionID: r.Transaction,
		Signatures: []TestSignature{}, RawClaims: []TestRawClaim{}, Mapped: []TestMappedClaim{}, Steps: a.steps(ctx, r.Report.Steps),
		Refusals: []ConnectionRefusal{}, MessageXML: r.Report.Message}
	for _, s := range r.Report.Signatures {
		out.Signatures = append(out.Signatures, TestSignature{Element: s.Element, Present: s.Present, Verified: s.Verified, Algorithm: s.Algorithm,
			Certificate: s.Certificate, Code: s.Code, Detail: sentence(s.Code)})
	}
	for _, c := range r.Report.Raw {
		out.RawClaims = append(out.RawClaims, TestRawClaim{Name: c.Name, NameFormat: c.NameFormat, Values: append([]string{}, c.Values...), Encrypted: c.Encrypted})
	}
	for _, m := range r.Report.Mapped {
		out.Mapped = append(out.Mapped, TestMappedClaim{Claim: m.Claim, Attribute: m.Attribute, Value: m.Value, Source: string(m.Source), Code: m.Code, Detail: sentence(m.Code)})
	}
	for _, f := range r.Report.Refusals {
		out.Refusals = append(out.Refusals, ConnectionRefusal{Code: f.Code, Detail: a.texts.Sentence(lang, f.Code, f.Args), Hint: a.texts.Hint(lang, f.Code, f.Args), Setting: f.Setting})
	}
	return out
}
