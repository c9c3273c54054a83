package demo

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"

	"github.com/beevik/etree"
	"github.com/google/uuid"
)

// SLOURL takes logout requests by POST and by Redirect.
func (p *IdP) SLOURL() string { return p.cfg.Origin + "/slo" }

// logout says that the person is signed out, which is always true: the provider keeps no sessions and asks each time. So the signature
// of the request is not checked; the answer goes to the configured address only.
func (p *IdP) logout(w http.ResponseWriter, raw []byte, relayState string, err error) {
	var request string
	if err == nil {
		request, err = readLogout(raw)
	}
	if err == nil && p.cfg.LogoutURL == "" {
		err = errors.New("no address is configured for answers to a logout")
	}
	var answer []byte
	if err == nil {
		answer, err = p.loggedOut(request)
	}
	if err != nil {
		p.refuse(w, err)
		return
	}
	p.page(w, "answer", answerPage{Title: "Signed out", Action: p.cfg.LogoutURL, Response: base64.StdEncoding.EncodeToString(answer), RelayState: relayState})
}

// readLogout returns the ID of a request.
func readLogout(raw []byte) (string, error) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		return "", fmt.Errorf("read request: %w", err)
	}
	root := doc.Root()
	if root == nil || root.Tag != "LogoutRequest" || root.NamespaceURI() != nsProtocol {
		return "", errors.New("not a LogoutRequest")
	}
	return root.SelectAttrValue("ID", ""), nil
}

// loggedOut returns the signed answer to a request.
func (p *IdP) loggedOut(request string) ([]byte, error) {
	root := etree.NewElement("samlp:LogoutResponse")
	attrs(root, "xmlns:samlp", nsProtocol, "ID", "_"+uuid.NewString(), "Version", "2.0", "IssueInstant", stamp(p.cfg.Clock.Now()),
		"Destination", p.cfg.LogoutURL, "InResponseTo", request)
	p.succeed(root)
	if err := p.sign(root); err != nil {
		return nil, err
	}
	return octets(root)
}
