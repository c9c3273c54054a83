package saml_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

const (
	sidText, sidBase64   = "S-1-5-21-1004336348-1177238915-682003330-512", "AQUAAAAAAAUVAAAA3PTcO4M9K0aCi6YoAAIAAA=="
	guidText, guidBase64 = "12345678-9abc-def0-1122-334455667788", "eFY0Erya8N4RIjNEVWZ3iA=="
)

// claimed makes an assertion from "name", "value" pairs; a repeated name adds a value.
func claimed(pairs ...string) *saml.Assertion {
	a := &saml.Assertion{}
next:
	for i := 0; i < len(pairs); i += 2 {
		for j := range a.Attributes {
			if a.Attributes[j].Name == pairs[i] {
				a.Attributes[j].Values = append(a.Attributes[j].Values, pairs[i+1])
				continue next
			}
		}
		a.Attributes = append(a.Attributes, saml.Attribute{Name: pairs[i], Values: []string{pairs[i+1]}})
	}
	return a
}

// faults returns the fields of an error as "name code".
func faults(err error) []string {
	if err == nil {
		return nil
	}
	var all []string
	for _, f := range fault.From(err).Fields {
		all = append(all, f.Name+" "+f.Code)
	}
	return all
}

func TestAllClaims(t *testing.T) { // Spec: SAM-017, SAM-020, SAM-059, SAM-097, SAM-098
	t.Parallel()
	for _, form := range [][2]string{{sidText, guidText}, {sidBase64, guidBase64}, {sidText, "{" + strings.ToUpper(guidText) + "}"}} {
		c, err := claimed("cip_sid", form[0], "cip_oid", form[1], "cip_upn", "Ada@Corp.example", "cip_email", "ada@mail.example",
			"displayName", "Ada Example", "firstName", "Ada", "lastName", "Example", "cip_forest", "corp.example", "cip_domain", "CORP").
			Claims(saml.DefaultMapping())
		require.NoError(t, err)
		require.True(t, c.Complete())
		require.Equal(t, sidText, c.SID.String())
		require.Equal(t, guidText, c.OID.String())
		require.Equal(t, []string{"Ada@Corp.example", "ada@mail.example", "Ada Example", "Ada", "Example", "corp.example", "CORP"},
			[]string{c.UPN, c.Email, c.DisplayName, c.GivenName, c.FamilyName, c.Forest, c.Domain})
		require.Equal(t, saml.DirectoryAD, c.Directory)
		require.Len(t, c.Received, 9)
	}
}

// TestClaimTable is the part of the truth table that needs no directory: each identity claim sent or absent, mapped or
// blank.
func TestClaimTable(t *testing.T) { // Spec: SAM-018, SAM-060, SAM-192, SAM-193, SAM-195
	t.Parallel()
	names := [4]string{"cip_sid", "cip_upn", "cip_oid", "cip_email"}
	sample := [4]string{sidText, "ada@corp.example", guidText, "ada@mail.example"}
	for bits := range 1 << 8 {
		var pairs []string
		var sent, mapped [4]bool
		for i := range names {
			sent[i], mapped[i] = bits>>i&1 == 1, bits>>(4+i)&1 == 1
			if sent[i] {
				pairs = append(pairs, names[i], sample[i])
			}
		}
		m := saml.DefaultMapping()
		for i, field := range []*string{&m.SID, &m.UPN, &m.OID, &m.Email} {
			if !mapped[i] {
				*field = ""
			}
		}
		require.Equal(t, !mapped[0] && !mapped[1], len(m.Check()) == 2)
		for _, strict := range []bool{false, true} {
			m.RequireAll = strict
			c, err := claimed(pairs...).Claims(m)
			ok := sent[0] && mapped[0] || sent[1] && mapped[1]
			for i := range names {
				if strict && mapped[i] && !sent[i] {
					ok = false
					require.Contains(t, faults(err), names[i]+" saml_claim_missing")
				}
			}
			if !ok {
				require.ErrorIs(t, err, saml.ErrClaims)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, sent[0] && mapped[0], !c.SID.IsZero())
			require.Equal(t, sent[1] && mapped[1], c.UPN != "")
			require.Equal(t, sent[2] && mapped[2], !c.OID.IsZero())
			require.Equal(t, sent[3] && mapped[3], c.Email != "")
		}
	}
}

// TestComplete drops each of the four claims that spare a look-up.
func TestComplete(t *testing.T) { // Spec: SAM-020
	t.Parallel()
	all := []string{"cip_sid", sidText, "cip_upn", "ada@corp.example", "cip_oid", guidText, "cip_email", "ada@mail.example"}
	for i := 0; i <= len(all); i += 2 {
		pairs := append([]string(nil), all...)
		if i < len(all) {
			pairs[i+1] = ""
		}
		c, err := claimed(pairs...).Claims(saml.DefaultMapping())
		require.NoError(t, err)
		require.Equal(t, i == len(all), c.Complete(), "without %v", pairs)
	}
	m := saml.DefaultMapping()
	m.RequireAll = true
	_, err := claimed().Claims(m)
	require.Equal(t, []string{"cip_sid saml_claim_missing", "cip_upn saml_claim_missing", "cip_email saml_claim_missing", "cip_oid saml_claim_missing"}, faults(err))
	m.SID, m.UPN, m.RequireAll = "", "", false
	_, err = claimed("cip_email", "ada@mail.example").Claims(m)
	require.Equal(t, []string{"cip_upn saml_claim_missing"}, faults(err), "a mapping that can identify nobody")
	m.SID = "sid"
	_, err = claimed().Claims(m)
	require.Equal(t, []string{"sid saml_claim_missing"}, faults(err))
	m.SID, m.UPN = "", "upn"
	_, err = claimed().Claims(m)
	require.Equal(t, []string{"upn saml_claim_missing"}, faults(err))
	c, err := claimed("upn", "ada@corp.example", "", "S-1-5-21-1-2-3-4").Claims(m)
	require.NoError(t, err)
	require.True(t, c.SID.IsZero(), "a blank mapping reads nothing")
}

func TestClaimFaults(t *testing.T) { // Spec: SAM-096, SAM-097, SAM-098, SAM-099, SAM-124, SAM-207
	t.Parallel()
	good := []string{"cip_sid", sidText, "cip_upn", "ada@corp.example"}
	for name, c := range map[string]struct {
		pairs []string
		want  []string
	}{
		"nothing":                {nil, []string{"cip_sid saml_claim_missing", "cip_upn saml_claim_missing"}},
		"both empty":             {[]string{"cip_sid", "", "cip_upn", ""}, []string{"cip_sid saml_claim_missing", "cip_upn saml_claim_missing"}},
		"SID is no SID":          {[]string{"cip_sid", "ada"}, []string{"cip_sid saml_claim_sid"}},
		"SID with a space":       {[]string{"cip_sid", " " + sidText}, []string{"cip_sid saml_claim_sid"}},
		"OID is no GUID":         {append([]string{"cip_oid", "x"}, good...), []string{"cip_oid saml_claim_oid"}},
		"two SIDs":               {[]string{"cip_sid", sidText, "cip_sid", "S-1-5-21-1-2-3-4"}, []string{"cip_sid saml_claim_several"}},
		"two UPNs":               {append([]string{"cip_upn", "eve@corp.example"}, good...), []string{"cip_upn saml_claim_several"}},
		"two UPNs by case":       {append([]string{"cip_upn", "ADA@corp.example"}, good...), []string{"cip_upn saml_claim_several"}},
		"UPN without domain":     {[]string{"cip_upn", "ada"}, []string{"cip_upn saml_claim_address"}},
		"UPN with empty domain":  {[]string{"cip_upn", "ada@"}, []string{"cip_upn saml_claim_address"}},
		"UPN without user":       {[]string{"cip_upn", "@corp.example"}, []string{"cip_upn saml_claim_address"}},
		"UPN with two @":         {[]string{"cip_upn", "ada@x@corp.example"}, []string{"cip_upn saml_claim_address"}},
		"UPN with empty label":   {[]string{"cip_upn", "ada@corp..example"}, []string{"cip_upn saml_claim_address"}},
		"UPN with a space":       {[]string{"cip_upn", "ada @corp.example"}, []string{"cip_upn saml_claim_address"}},
		"UPN with a filter":      {[]string{"cip_upn", "ada@corp.example)(cn=*"}, []string{"cip_upn saml_claim_address"}},
		"UPN with a hash sign":   {[]string{"cip_upn", "c_hotmail.co.uk#EXT#@x.onmicrosoft.com"}, []string{"cip_upn saml_claim_hash"}},
		"UPN too long":           {[]string{"cip_upn", strings.Repeat("a", 1024) + "@corp.example"}, []string{"cip_upn saml_claim_address"}},
		"email is no address":    {append([]string{"cip_email", "ada"}, good...), []string{"cip_email saml_claim_address"}},
		"all faults at once":     {[]string{"cip_sid", "x", "cip_oid", "y", "cip_upn", "z", "cip_email", "w"}, []string{"cip_sid saml_claim_sid", "cip_oid saml_claim_oid", "cip_upn saml_claim_address", "cip_email saml_claim_address"}},
		"unknown directory":      {append([]string{"cip_directory", "okta"}, good...), []string{"cip_directory saml_claim_directory"}},
		"Entra without its UPN":  {[]string{"cip_directory", "AzureAD"}, []string{"cip_fed_upn saml_claim_missing"}},
		"other case of the name": {[]string{"CIP_SID", sidText, "Cip_Upn", "ada@corp.example"}, []string{"cip_sid saml_claim_case", "cip_upn saml_claim_case"}},
		"namespace on the name":  {[]string{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/cip_upn", "ada@corp.example"}, []string{"cip_sid saml_claim_missing", "cip_upn saml_claim_missing"}},
		"domain of two words":    {append([]string{"cip_domain", "CORP EVE"}, good...), []string{"cip_domain saml_claim_characters"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := claimed(c.pairs...).Claims(saml.DefaultMapping())
			require.ErrorIs(t, err, saml.ErrClaims)
			require.Equal(t, c.want, faults(err))
		})
	}
	_, err := claimed(good...).Claims(saml.DefaultMapping())
	require.NoError(t, err)
	_, err = claimed(append(good, "cip_upn", "ada@corp.example", "cip_upn", "")...).Claims(saml.DefaultMapping())
	require.NoError(t, err, "equal and empty values beside one value are no choice")
	complex := &saml.Assertion{Attributes: []saml.Attribute{{Name: "cip_upn", Values: []string{"ada@corp.example"}, Complex: 1}}}
	_, err = complex.Claims(saml.DefaultMapping())
	require.Equal(t, []string{"cip_upn saml_claim_complex"}, faults(err))
}

// TestClaimFaultsSayWhatCame holds what an administrator reads of each faulty attribute.
func TestClaimFaultsSayWhatCame(t *testing.T) {
	t.Parallel()
	a := claimed("CIP_SID", sidText, "cip_upn", "ada@corp.example", "cip_upn", "eve@corp.example", "cip_oid", "x\"y", "cip_email", "")
	a.Attributes = append(a.Attributes, saml.Attribute{Name: "cip_forest", Values: []string{"corp"}, Complex: 1})
	m := saml.DefaultMapping()
	m.RequireAll = true
	_, err := a.Claims(m)
	got := map[string]map[string]any{}
	for _, f := range fault.From(err).Fields {
		got[f.Name+" "+f.Code] = f.Args
	}
	require.Equal(t, map[string]map[string]any{
		"cip_sid saml_claim_case":       {"received": `"` + sidText + `"`, "sent": "CIP_SID"},
		"cip_upn saml_claim_several":    {"received": `"ada@corp.example","eve@corp.example"`},
		"cip_oid saml_claim_oid":        {"received": `"x\"y"`},
		"cip_email saml_claim_missing":  {"received": `""`},
		"cip_forest saml_claim_complex": {"received": `"corp",<…>`},
	}, got)
	require.Contains(t, a.Described(), `CIP_SID="`+sidText+`" cip_upn="ada@corp.example","eve@corp.example" `)
}

// TestLookAlikes gives values that a person reads as the victim's. They are refused or stay other values; nothing is
// normalised (S35).
func TestLookAlikes(t *testing.T) {
	t.Parallel()
	for _, refused := range []string{
		"ada\u200b@corp.example", "ada\u200d@corp.example", "ada\ufeff@corp.example", "\u202eada@corp.example", "ada\u2066@corp.example",
		"ada\u00ad@corp.example", "ada\u034f@corp.example", "ada\ufe0f@corp.example", "ada\u3164@corp.example", "ada\x00@corp.example",
		"ada\ufffd@corp.example", "ada\xff@corp.example", "ada\n@corp.example", "ada\u2028@corp.example", "ada\u00a0@corp.example", "ada\ue000@corp.example", "ada\u061c@corp.example", "ada@corp.example\t",
	} {
		_, err := claimed("cip_upn", refused).Claims(saml.DefaultMapping())
		require.Equal(t, []string{"cip_upn saml_claim_characters"}, faults(err), "%q", refused)
	}
	for _, other := range []string{"аda@corp.example", "ａda@corp.example", "ⓐda@corp.example", "a\u0308da@corp.example", "ada@cорp.example", "ADA@CORP.EXAMPLE", "j\u00fcrgen.o'neil+x@my_corp-1.example"} {
		c, err := claimed("cip_upn", other).Claims(saml.DefaultMapping())
		require.NoError(t, err, other)
		require.Equal(t, other, c.UPN)
		require.NotEqual(t, "ada@corp.example", c.UPN)
	}
}

func TestNamesNeverRefuse(t *testing.T) { // Spec: SAM-016, SAM-146, SAM-148, SAM-250
	t.Parallel()
	base := []string{"cip_upn", "ada@corp.example"}
	m := saml.DefaultMapping()
	c, err := claimed(append(base, "displayName", "A", "displayName", "B", "firstName", "\u202ex", "lastName", strings.Repeat("x", 1025))...).Claims(m)
	require.NoError(t, err)
	require.Empty(t, c.DisplayName+c.GivenName+c.FamilyName)
	c, err = claimed(append(base, "givenName", "Ada", "familyName", "Example")...).Claims(m)
	require.NoError(t, err)
	require.Equal(t, "Ada Example", c.GivenName+" "+c.FamilyName)
	c, err = claimed(append(base, "firstName", "First", "givenName", "Ada", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/familyName", "No")...).Claims(m)
	require.NoError(t, err)
	require.Equal(t, "First", c.GivenName)
	require.Empty(t, c.FamilyName)
	m.GivenName, m.FamilyName = "given", ""
	c, err = claimed(append(base, "givenName", "Ada", "familyName", "Example")...).Claims(m)
	require.NoError(t, err)
	require.Empty(t, c.GivenName+c.FamilyName, "the alternatives belong to the defaults only")
}

func TestEntraDirectory(t *testing.T) {
	t.Parallel()
	c, err := claimed("cip_directory", "azuread", "cip_fed_upn", "ada@corp.example").Claims(saml.DefaultMapping())
	require.NoError(t, err)
	require.Equal(t, saml.DirectoryEntra, c.Directory)
	require.Equal(t, "ada@corp.example", c.FedUPN)
	require.Empty(t, c.UPN)
}
