package sid_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/sid"
)

func TestSIDForms(t *testing.T) { // Spec: SAM-097
	t.Parallel()
	const text, encoded = "S-1-5-21-1004336348-1177238915-682003330-512", "AQUAAAAAAAUVAAAA3PTcO4M9K0aCi6YoAAIAAA=="
	for _, in := range []string{text, encoded, "s-1-5-21-1004336348-1177238915-682003330-512", "S-1-5-21-1004336348-1177238915-682003330-0512"} {
		s, err := sid.SIDFromText(in)
		require.NoError(t, err, in)
		require.Equal(t, text, s.String())
		require.Equal(t, encoded, base64.StdEncoding.EncodeToString(s.Bytes()))
		require.Equal(t, "S-1-5-21-1004336348-1177238915-682003330", s.Domain().String())
	}
	s, err := sid.ParseSID("S-1-5-21-0000000000-0000000000-0000000001-0001")
	require.NoError(t, err)
	require.Equal(t, "S-1-5-21-0-0-1-1", s.String())
	large, err := sid.ParseSID("S-1-0x00FF00000000-1")
	require.NoError(t, err)
	require.Equal(t, "S-1-0x00ff00000000-1", large.String())
	back, err := sid.SIDFromBytes(large.Bytes())
	require.NoError(t, err)
	require.Equal(t, large, back)
	require.Empty(t, sid.SID{}.String())
	require.Nil(t, sid.SID{}.Bytes())
}

func TestSIDOfDomain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"S-1-5-21-1-2-3-500": true, "s-1-5-0021-1-2-3": true, "S-1-5-21-1": true,
		"S-1-5-21": false, "S-1-5-32-544": false, "S-1-5-211-1": false, "S-1-1-0": false, "S-1-1-21-1": false,
	} {
		s, err := sid.ParseSID(text)
		require.NoError(t, err, text)
		require.Equal(t, want, s.OfDomain(), text)
	}
	require.False(t, sid.SID{}.OfDomain())
}

func TestSIDRefusals(t *testing.T) { // Spec: SAM-097
	t.Parallel()
	for _, in := range []string{
		"", "S", "S-1", "S-1-5", "S-2-5-21-1", "S-1-5-", "S-1-5-21-", "S-1-5-4294967296", "S-1-5--1", "S-1-5-+1", "S-1-5-1_0",
		" S-1-5-21-1", "S-1-5-21-1 ", "X-1-5-21-1", "S-1-281474976710656-1", "S-1-0xFF-1", "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16",
		"AQUAAAAAAAUVAAAA", "AgUAAAAAAAUVAAAA3PTcO4M9K0aCi6YoAAIAAA==", "AQQAAAAAAAUVAAAA3PTcO4M9K0aCi6YoAAIAAA==", "AQAAAAAAAAU=", "????",
	} {
		_, err := sid.SIDFromText(in)
		require.ErrorIs(t, err, sid.ErrSID, in)
	}
}

func TestGUIDForms(t *testing.T) { // Spec: SAM-098, SAM-123
	t.Parallel()
	const text, mixed, bigEndian = "12345678-9abc-def0-1122-334455667788", "eFY0Erya8N4RIjNEVWZ3iA==", "EjRWeJq83vARIjNEVWZ3iA=="
	for _, in := range []string{text, mixed, "{" + text + "}", "12345678-9ABC-DEF0-1122-334455667788", "{12345678-9ABC-def0-1122-334455667788}"} {
		g, err := sid.GUIDFromText(in)
		require.NoError(t, err, in)
		require.Equal(t, text, g.String())
		require.Equal(t, mixed, base64.StdEncoding.EncodeToString(g.Bytes()))
	}
	other, err := sid.GUIDFromText(bigEndian)
	require.NoError(t, err)
	require.NotEqual(t, text, other.String(), "big-endian octets must not name the same object")
}

func TestGUIDRefusals(t *testing.T) { // Spec: SAM-098
	t.Parallel()
	for _, in := range []string{
		"", "{}", "{12345678-9abc-def0-1122-334455667788", "12345678-9abc-def0-1122-334455667788}", "123456789abcdef01122334455667788",
		"12345678-9abc-def0-1122-33445566778g", "12345678-9abc-def0-1122-3344556677", "00000000-0000-0000-0000-000000000000",
		"AAAAAAAAAAAAAAAAAAAAAA==", "eFY0Erya8N4RIjNEVWZ3", "-1234567-89abc-def0-1122-33445566778",
	} {
		_, err := sid.GUIDFromText(in)
		require.ErrorIs(t, err, sid.ErrGUID, in)
	}
}

func FuzzSID(f *testing.F) {
	f.Add("S-1-5-21-1004336348-1177238915-682003330-512")
	f.Add("AQUAAAAAAAUVAAAA3PTcO4M9K0aCi6YoAAIAAA==")
	f.Fuzz(func(t *testing.T, in string) {
		s, err := sid.SIDFromText(in)
		if err != nil {
			return
		}
		again, err := sid.ParseSID(s.String())
		require.NoError(t, err)
		require.Equal(t, s, again)
		again, err = sid.SIDFromBytes(s.Bytes())
		require.NoError(t, err)
		require.Equal(t, s, again)
	})
}
