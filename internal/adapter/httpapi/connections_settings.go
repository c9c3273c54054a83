package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// SAMLSettings are the settings of a SAML connection.
type SAMLSettings struct {
	ScopedEntityID         bool             `json:"scopedEntityId" doc:"The connection has an entity ID of its own."`
	IdPEntityID            string           `json:"idpEntityId"`
	SignAuthnRequest       bool             `json:"signAuthnRequest"`
	SSOServiceURL          string           `json:"ssoServiceUrl"`
	SSOBinding             string           `json:"ssoBinding" enum:"post,redirect"`
	ResponseSigning        string           `json:"responseSigning" enum:"either,response,assertion,both"`
	Certificates           []IdPCertificate `json:"certificates" nullable:"false"`
	AuthnContext           string           `json:"authnContext" enum:"unspecified,user_name_and_password,x509_cert,integrated_win_auth,kerberos,password_protected_transport,tls_client"`
	AuthnContextComparison string           `json:"authnContextComparison" enum:"exact,minimum"`
	LogoutURL              string           `json:"logoutUrl" doc:"Empty: sign-out ends only the local session."`
	SLOBinding             string           `json:"sloBinding" enum:"post,redirect" doc:"Stored only with a logout URL."`
	SignLogoutRequest      bool             `json:"signLogoutRequest" doc:"Stored only with a logout URL."`
	AttributeNames         AttributeNames   `json:"attributeNames"`
	AcceptEncrypted        bool             `json:"acceptEncrypted" doc:"The provider may encrypt what it sends; needs the connection's own entity ID."`
	AllowCBC               bool             `json:"allowCbc" doc:"AES-CBC too, inside of a signed response."`
	RequireMappedClaims    bool             `json:"requireMappedClaims" doc:"Refuse an assertion that lacks a mapped cip claim, even if the directory has it."`
	MetadataURL            string           `json:"metadataUrl" doc:"Empty unless the metadata came from an address."`
	MetadataRefresh        bool             `json:"metadataRefresh" doc:"The metadata is read every hour. New keys are proposed."`
}

// AttributeNames are the SAML attributes of the claims; an empty name is not read.
type AttributeNames struct {
	DisplayName string `json:"displayName"`
	GivenName   string `json:"givenName"`
	FamilyName  string `json:"familyName"`
	SID         string `json:"sid"`
	UPN         string `json:"upn"`
	Email       string `json:"email"`
	OID         string `json:"oid"`
	Forest      string `json:"forest"`
	Domain      string `json:"domain"`
}

// IdPCertificate is a signing certificate of a provider.
type IdPCertificate struct {
	Slot        int       `json:"slot" doc:"1 or 2; 0 for a certificate that is in no slot."`
	FileName    string    `json:"fileName"`
	PEM         string    `json:"pem"`
	CommonName  string    `json:"commonName" readOnly:"true"`
	State       string    `json:"state" readOnly:"true" enum:"ok,expiringSoon,expired,notYetValid"`
	Message     string    `json:"message" readOnly:"true" doc:"What to show about the state; empty for ok."`
	Subject     string    `json:"subject" readOnly:"true"`
	NotBefore   time.Time `json:"notBefore" readOnly:"true"`
	NotAfter    time.Time `json:"notAfter" readOnly:"true"`
	Fingerprint string    `json:"fingerprint" readOnly:"true" doc:"SHA-256, lower-case hex."`
}

// ServiceProvider is what the provider's application needs to know about us.
type ServiceProvider struct {
	EntityID    string `json:"entityId"`
	ACSURL      string `json:"acsUrl"`
	LogoutURL   string `json:"logoutUrl"`
	MetadataURL string `json:"metadataUrl" doc:"Public."`
}

// SettingsChange has the settings that change; what is absent stays.
type SettingsChange struct {
	ScopedEntityID         *bool                 `json:"scopedEntityId,omitempty"`
	IdPEntityID            *string               `json:"idpEntityId,omitempty"`
	SignAuthnRequest       *bool                 `json:"signAuthnRequest,omitempty"`
	SSOServiceURL          *string               `json:"ssoServiceUrl,omitempty"`
	SSOBinding             *string               `json:"ssoBinding,omitempty"`
	ResponseSigning        *string               `json:"responseSigning,omitempty"`
	Certificates           *[]CertificateInput   `json:"certificates,omitempty"`
	AuthnContext           *string               `json:"authnContext,omitempty"`
	AuthnContextComparison *string               `json:"authnContextComparison,omitempty"`
	LogoutURL              *string               `json:"logoutUrl,omitempty"`
	SLOBinding             *string               `json:"sloBinding,omitempty"`
	SignLogoutRequest      *bool                 `json:"signLogoutRequest,omitempty"`
	AttributeNames         *AttributeNamesChange `json:"attributeNames,omitempty"`
	RequireMappedClaims    *bool                 `json:"requireMappedClaims,omitempty"`
	MetadataURL            *string               `json:"metadataUrl,omitempty"`
	MetadataRefresh        *bool                 `json:"metadataRefresh,omitempty"`
	AcceptEncrypted        *bool                 `json:"acceptEncrypted,omitempty"`
	AllowCBC               *bool                 `json:"allowCbc,omitempty"`
}

// CertificateInput is a certificate that a caller sends; what is derived from it may be sent along and is ignored.
type CertificateInput struct {
	Slot        int    `json:"slot,omitempty" minimum:"0" maximum:"2" doc:"0: the first that is free."`
	FileName    string `json:"fileName"`
	PEM         string `json:"pem" doc:"PEM or Base64 text."`
	CommonName  string `json:"commonName,omitempty"`
	State       string `json:"state,omitempty"`
	Message     string `json:"message,omitempty"`
	Subject     string `json:"subject,omitempty"`
	NotBefore   string `json:"notBefore,omitempty"`
	NotAfter    string `json:"notAfter,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
}

// AttributeNamesChange has the names that change.
type AttributeNamesChange struct {
	DisplayName *string `json:"displayName,omitempty"`
	GivenName   *string `json:"givenName,omitempty"`
	FamilyName  *string `json:"familyName,omitempty"`
	SID         *string `json:"sid,omitempty"`
	UPN         *string `json:"upn,omitempty"`
	Email       *string `json:"email,omitempty"`
	OID         *string `json:"oid,omitempty"`
	Forest      *string `json:"forest,omitempty"`
	Domain      *string `json:"domain,omitempty"`
}

// CertificateFile is a file that an administrator has chosen.
type CertificateFile struct {
	FileName string `json:"fileName"`
	Content  string `json:"content" doc:"Base64 of the file's bytes."`
}

func (c connectionsAPI) certificate(ctx context.Context, actor admin.Actor, in *struct {
	InDraft
	Body CertificateFile
}) (*bodyOf[IdPCertificate], error) {
	if _, err := c.s.Draft(ctx, actor, in.customer(), in.id()); err != nil {
		return nil, err
	}
	return c.readCertificate(ctx, actor, in.customer(), in.Body)
}

func (c connectionsAPI) readCertificate(ctx context.Context, actor admin.Actor, of customer.ID, in CertificateFile) (*bodyOf[IdPCertificate], error) {
	file, err := base64.StdEncoding.DecodeString(in.Content)
	if err != nil {
		return nil, fault.InvalidFields([]fault.Field{{Name: "content", Code: saml.ErrCertificateUnreadable.Code}})
	}
	cert, err := c.s.ReadCertificate(actor, of, in.FileName, file)
	if err != nil {
		return nil, err
	}
	return answer(c.certificatesOf(ctx, []federation.Certificate{cert})[0]), nil
}

// The API's own words for the documented values.
var (
	modeNames = map[saml.SigningMode]string{saml.SignEither: "either", saml.SignResponse: "response", saml.SignAssertion: "assertion", saml.SignBoth: "both"}
	contexts  = map[saml.Context]string{saml.Unspecified: "unspecified", saml.UserNameAndPassword: "user_name_and_password", saml.X509Cert: "x509_cert",
		saml.IntegratedWinAuth: "integrated_win_auth", saml.Kerberos: "kerberos", saml.PasswordProtectedTransport: "password_protected_transport",
		saml.TLSClient: "tls_client"}
	comparisons = map[saml.Comparison]string{saml.Exact: "exact", saml.Minimum: "minimum"}
)

// named finds the value with the given word; an unknown word becomes a value that the service refuses.
func named[T ~string](words map[T]string, word string) T {
	for value, w := range words {
		if w == word {
			return value
		}
	}
	return T("unknown: " + word)
}

func (c connectionsAPI) settingsOf(ctx context.Context, s federation.Settings) SAMLSettings {
	out := SAMLSettings{
		ScopedEntityID: s.ScopedID != "", IdPEntityID: s.IdPEntityID, SignAuthnRequest: s.SignAuthnRequest, SSOServiceURL: s.SSOURL,
		SSOBinding: string(s.SSOBinding), ResponseSigning: modeNames[s.Mode], Certificates: c.certificatesOf(ctx, s.Certificates),
		AcceptEncrypted: s.AcceptEncrypted, AllowCBC: s.AllowCBC, AuthnContext: contexts[s.Context], AuthnContextComparison: comparisons[s.Comparison], LogoutURL: s.LogoutURL,
		SLOBinding: string(s.SLOBinding), SignLogoutRequest: s.SignLogout, AttributeNames: AttributeNames(s.Attributes),
		RequireMappedClaims: s.RequireMappedClaims, MetadataURL: s.MetadataURL, MetadataRefresh: s.MetadataRefresh,
	}
	if out.SLOBinding == "" {
		out.SLOBinding = string(federation.Post)
	}
	return out
}

func (c connectionsAPI) certificatesOf(ctx context.Context, list []federation.Certificate) []IdPCertificate {
	out := make([]IdPCertificate, 0, len(list))
	for _, v := range (federation.Settings{Certificates: list}).Slots(c.s.Now()) {
		item := IdPCertificate{Slot: v.Slot, FileName: v.FileName, PEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: v.DER})),
			Fingerprint: v.Fingerprint(), State: string(v.State)}
		if v.Message != "" {
			item.Message = c.a.texts.Sentence(edge.From(ctx).Language, v.Message, v.Args)
		}
		if parsed := v.X509; parsed != nil {
			item.CommonName, item.Subject, item.NotBefore, item.NotAfter = parsed.Subject.CommonName, parsed.Subject.String(), parsed.NotBefore.UTC(), parsed.NotAfter.UTC()
		}
		out = append(out, item)
	}
	return out
}

// certificates reads the certificates of a change; nil when it has none.
func (s *SettingsChange) certificates() ([]federation.Certificate, error) {
	if s.Certificates == nil {
		return nil, nil
	}
	out, err := parseCertificates("settings.certificates", *s.Certificates)
	if err == nil && out == nil {
		out = []federation.Certificate{} // all of them go
	}
	return out, err
}

// parseCertificates reads the certificates of a provider; what is wrong with one is the error of the field. Of none it makes none: nil.
func parseCertificates(field string, in []CertificateInput) (out []federation.Certificate, err error) {
	for _, c := range in {
		parsed, err := saml.ParseCertificate([]byte(c.PEM))
		if err != nil {
			f := fault.From(err)
			return nil, fault.InvalidFields([]fault.Field{{Name: field, Code: f.Code, Args: federation.OfFile(f.Args, c.FileName)}})
		}
		out = append(out, federation.Certificate{Slot: c.Slot, FileName: c.FileName, DER: parsed.Raw})
	}
	return out, nil
}

func (s *SettingsChange) apply(to *federation.Settings, certificates []federation.Certificate) {
	set(&to.IdPEntityID, s.IdPEntityID)
	set(&to.SignAuthnRequest, s.SignAuthnRequest)
	set(&to.SSOURL, s.SSOServiceURL)
	if s.SSOBinding != nil {
		to.SSOBinding = federation.Binding(*s.SSOBinding)
	}
	if s.ResponseSigning != nil {
		to.Mode = named(modeNames, *s.ResponseSigning)
	}
	if certificates != nil {
		to.Certificates = certificates
	}
	if s.AuthnContext != nil {
		to.Context = named(contexts, *s.AuthnContext)
	}
	if s.AuthnContextComparison != nil {
		to.Comparison = named(comparisons, *s.AuthnContextComparison)
	}
	set(&to.LogoutURL, s.LogoutURL)
	if s.SLOBinding != nil {
		to.SLOBinding = federation.Binding(*s.SLOBinding)
	}
	set(&to.SignLogout, s.SignLogoutRequest)
	set(&to.RequireMappedClaims, s.RequireMappedClaims)
	set(&to.AcceptEncrypted, s.AcceptEncrypted)
	set(&to.AllowCBC, s.AllowCBC)
	set(&to.MetadataURL, s.MetadataURL)
	set(&to.MetadataRefresh, s.MetadataRefresh)
	if n := s.AttributeNames; n != nil {
		names := &to.Attributes
		set(&names.DisplayName, n.DisplayName)
		set(&names.GivenName, n.GivenName)
		set(&names.FamilyName, n.FamilyName)
		set(&names.SID, n.SID)
		set(&names.UPN, n.UPN)
		set(&names.Email, n.Email)
		set(&names.OID, n.OID)
		set(&names.Forest, n.Forest)
		set(&names.Domain, n.Domain)
	}
}

// set stores a value that a change gives.
func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}
