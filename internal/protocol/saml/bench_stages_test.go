package saml

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	roundtrip "github.com/mattermost/xml-roundtrip-validator"
	"github.com/stretchr/testify/require"
)

// BenchmarkStages measures the parts of a verification on the recorded message with a signed assertion.
func BenchmarkStages(b *testing.B) {
	raw, err := os.ReadFile("testdata/corpus/accepted.usual-prefixes-assertion.xml")
	require.NoError(b, err)
	file, err := os.ReadFile("testdata/corpus/idp.pem")
	require.NoError(b, err)
	cert, err := ParseCertificate(file)
	require.NoError(b, err)
	doc, err := readDocument(raw)
	require.NoError(b, err)
	r, err := parseResponse(doc)
	require.NoError(b, err)
	s, err := doc.parseSignature(r.assertion)
	require.NoError(b, err)
	info, err := doc.canonical(s.info, nil, s.infoPrefixes)
	require.NoError(b, err)
	sum := sha256.Sum256(info)
	stage := func(name string, run func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	stage("tokens", func() error {
		dec := xml.NewDecoder(bytes.NewReader(raw))
		for {
			if _, err := dec.RawToken(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
	stage("roundtrip", func() error { return roundtrip.Validate(bytes.NewReader(raw)) })
	stage("read", func() error { _, err := readDocument(raw); return err })
	stage("census", func() error { _, err := parseResponse(doc); return err })
	stage("canonical", func() error { _, err := doc.canonical(s.parent, s.element, s.parentPrefixes); return err })
	stage("key", func() error { return s.method.verify(cert.PublicKey, s.method.hash, sum[:], s.value) })
	stage("certificates", func() error {
		_, err := usableKeys([]*x509.Certificate{cert}, time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
		return err
	})
}
