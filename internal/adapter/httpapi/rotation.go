package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

// SAMLRotation is the rotation of our SAML signing certificate as a customer sees it.
type SAMLRotation struct {
	Plan         *SAMLRotationPlan        `json:"plan" doc:"null = no rotation is under way, and none was published."`
	Certificates []SAMLSigningCertificate `json:"certificates" nullable:"false" doc:"Those in our metadata; the one in use first."`
	Connections  []SAMLRotationConnection `json:"connections" nullable:"false"`
}

// SAMLRotationPlan is a rotation's times.
type SAMLRotationPlan struct {
	Status            string    `json:"status" enum:"Pending,InProgress,Completed,Failed" doc:"Of the advertisement."`
	DiscoveryTime     time.Time `json:"discoveryTime" doc:"The new certificate was made."`
	AgreementTime     time.Time `json:"agreementTime"`
	AdvertisementTime time.Time `json:"advertisementTime" doc:"From then on the metadata have both certificates."`
	ActivationTime    time.Time `json:"activationTime" doc:"From then on the new key signs."`
	CompletionTime    time.Time `json:"completionTime" doc:"From then on the metadata have the new certificate only."`
}

// SAMLSigningCertificate is one of our certificates. When it is used and when it expires are different times.
type SAMLSigningCertificate struct {
	State       string     `json:"state" enum:"active,next,retiring"`
	CommonName  string     `json:"commonName"`
	SHA1        string     `json:"sha1" doc:"Thumbprint, upper-case hex."`
	SHA256      string     `json:"sha256" doc:"Upper-case hex."`
	NotBefore   time.Time  `json:"notBefore"`
	NotAfter    time.Time  `json:"notAfter" doc:"The certificate expires."`
	ActivatesAt *time.Time `json:"activatesAt" doc:"Its key signs from then on; null = not settled."`
	RetiresAt   *time.Time `json:"retiresAt" doc:"It leaves the metadata; null = not known yet."`
	PEM         string     `json:"pem"`
}

// SAMLRotationConnection is what a connection has to do with the rotation.
type SAMLRotationConnection struct {
	ConnectionID string           `json:"connectionId"`
	Nickname     string           `json:"nickname"`
	Affected     string           `json:"affected" enum:"yes,probablyNot" doc:"probablyNot: unless the provider demands signatures by itself."`
	FetchKnown   bool             `json:"fetchKnown" doc:"Whether it can be known who reads the metadata: only of a scoped entity ID."`
	FetchedNext  bool             `json:"fetchedNext" doc:"Metadata with the next certificate have been read."`
	LastFetch    *SAMLMetadataGet `json:"lastFetch"`
	NextKeyTest  *SAMLNextKeyTest `json:"nextKeyTest"`
}

// SAMLMetadataGet is one reading of our metadata.
type SAMLMetadataGet struct {
	At        time.Time `json:"at"`
	Address   string    `json:"address"`
	UserAgent string    `json:"userAgent"`
}

// SAMLNextKeyTest is the last sign-in of a connection that was asked for with the next key.
type SAMLNextKeyTest struct {
	At   time.Time `json:"at"`
	OK   bool      `json:"ok"`
	Code string    `json:"code" doc:"Of the failure; empty when it passed."`
}

// ExtractedCertificate is a certificate in the documented words; what it does not have is empty.
type ExtractedCertificate struct {
	Usage               string `json:"usage"`
	AuthorityInfoAccess string `json:"authorityInfoAccess"`
	BasicConstraints    string `json:"basicConstraints"`
	CRLDistributionURI  string `json:"crlDistributionUri"`
	ExtendedKeyUsage    string `json:"extendedKeyUsage"`
	Issuer              string `json:"issuer"`
	KeyUsage            string `json:"keyUsage"`
	PublicKey           string `json:"publicKey"`
	PublicKeyHex        string `json:"publicKeyHex"`
	SerialNumberHex     string `json:"serialNumberHex"`
	SignatureAlgorithm  string `json:"signatureAlgorithm"`
	Subject             string `json:"subject"`
	SubjectAlternative  string `json:"subjectAlternative"`
	Thumbprint          string `json:"thumbprint"`
	ThumbprintAlgorithm string `json:"thumbprintAlgorithm"`
	ValidFrom           string `json:"validFrom"`
	ValidTo             string `json:"validTo"`
	Version             string `json:"version"`
	PEM                 string `json:"pem"`
}

// StartedNextKeyTest is where a test with the next key goes on.
type StartedNextKeyTest struct {
	URL string `json:"url" doc:"To open in the browser of the console session."`
}

// Rotation registers the rotation of our SAML signing certificate.
func (a *API) Rotation(s *federation.Rotation) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/saml-rotation", ID: "getSAMLRotation",
		Summary: "The rotation of our SAML signing certificate", Tag: connectionsTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*bodyOf[SAMLRotation], error) {
			view, err := s.View(ctx, actor, in.customer())
			if err != nil {
				return nil, err
			}
			return answer(rotationOf(view)), nil
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/connections/{connectionId}/next-key-test", ID: "testNextSAMLKey",
		Summary: "Begin a sign-in of which the request is signed with the next key", Tag: connectionsTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *InConnection) (*bodyOf[StartedNextKeyTest], error) {
			address, err := s.StartKeyTest(ctx, actor, in.customer(), in.id())
			if err != nil {
				return nil, err
			}
			return answer(StartedNextKeyTest{URL: address}), nil
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/tools/saml-certificates", ID: "readSAMLCertificates",
		Summary: "List the certificates of SAML metadata; stores nothing", Tag: connectionsTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			Body struct {
				URL string `json:"url,omitempty" maxLength:"2048" doc:"https address of metadata; or xml."`
				XML string `json:"xml,omitempty" maxLength:"1048576" doc:"Metadata, or a certificate in PEM."`
			}
		}) (*bodyOf[list[ExtractedCertificate]], error) {
			got, err := s.ReadCertificates(ctx, actor, in.customer(), []byte(in.Body.XML), strings.TrimSpace(in.Body.URL))
			if err != nil {
				return nil, err
			}
			out := list[ExtractedCertificate]{Items: make([]ExtractedCertificate, len(got))}
			for i, c := range got {
				out.Items[i] = ExtractedCertificate(c)
			}
			return answer(out), nil
		})
}

func rotationOf(v federation.RotationView) SAMLRotation {
	out := SAMLRotation{Certificates: make([]SAMLSigningCertificate, len(v.Certificates)), Connections: make([]SAMLRotationConnection, len(v.Connections))}
	if p := v.Plan; p != nil {
		out.Plan = &SAMLRotationPlan{Status: string(v.Status), DiscoveryTime: p.Discovery, AgreementTime: p.Agreement, AdvertisementTime: p.Advertisement,
			ActivationTime: p.Activation, CompletionTime: p.Completion}
	}
	for i, c := range v.Certificates {
		cert := c.Key.Certificate
		sum := sha256.Sum256(cert.Raw)
		out.Certificates[i] = SAMLSigningCertificate{State: string(c.Role), CommonName: cert.Subject.CommonName, SHA1: keyring.Thumbprint(cert.Raw),
			SHA256: strings.ToUpper(hex.EncodeToString(sum[:])), NotBefore: cert.NotBefore, NotAfter: cert.NotAfter,
			ActivatesAt: optionalTime(c.ActivatesAt), RetiresAt: optionalTime(c.RetiresAt), PEM: federation.CertificatePEM(cert)}
	}
	for i, c := range v.Connections {
		row := SAMLRotationConnection{ConnectionID: string(c.ID), Nickname: c.Nickname, Affected: "probablyNot", FetchKnown: c.Scoped, FetchedNext: c.FetchedNext}
		if len(c.Affected) > 0 {
			row.Affected = "yes"
		}
		if f := c.LastFetch; f != nil {
			row.LastFetch = &SAMLMetadataGet{At: f.At, Address: f.Addr.String(), UserAgent: f.Agent}
		}
		if t := c.Test; t != nil {
			row.NextKeyTest = &SAMLNextKeyTest{At: t.At, OK: t.OK, Code: t.Code}
		}
		out.Connections[i] = row
	}
	return out
}
