package e2e

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/lab"
)

// providerHost is where the lab's identity provider is reached through TLS, on another site than the installation.
const providerHost = "idp.lab.localhost"

// secureProvider puts TLS in front of the lab's identity provider, which the control plane demands, and returns its address.
func (i *installation) secureProvider(l *lab.Lab) string {
	i.t.Helper()
	backend, err := url.Parse(l.SAML.BaseURL)
	require.NoError(i.t, err)
	backend.Host = "127.0.0.1:" + backend.Port()
	proxy := &httputil.ReverseProxy{ErrorLog: log.New(i.t.Output(), "", 0), Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backend)
		r.Out.Host = r.In.Host
		r.Out.Header.Set("X-Forwarded-Proto", "https")
	}}
	return i.serveTLS(proxy)
}

// serveTLS serves another site than the installation's and returns its address.
func (i *installation) serveTLS(handler http.Handler) string {
	i.t.Helper()
	port := freePort(i.t)
	server := &http.Server{Addr: fmt.Sprintf("127.0.0.1:%d", port), Handler: handler, ReadHeaderTimeout: 10 * time.Second,
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{i.authority.Certificate}}}
	ended := make(chan error, 1)
	go func() { ended <- server.ListenAndServeTLS("", "") }()
	i.t.Cleanup(func() {
		server.Close()
		require.ErrorIs(i.t, <-ended, http.ErrServerClosed)
	})
	return fmt.Sprintf("https://%s:%d", providerHost, port)
}

// register makes the installation known to the identity provider by its published metadata.
func (i *installation) register(l *lab.Lab) {
	i.t.Helper()
	answer, err := i.client.Get(i.url("saml") + "/saml/metadata")
	require.NoError(i.t, err)
	defer answer.Body.Close()
	metadata, err := io.ReadAll(answer.Body)
	require.NoError(i.t, err)
	require.Equal(i.t, http.StatusOK, answer.StatusCode, "%s", metadata)
	l.SAML.AddServiceProvider(i.t, metadata, map[string]any{"validate.authnrequest": true})
}

// site is a resource location that the console made, with the parameter file of each connector.
type site struct {
	Location string   `json:"location"`
	Files    []string `json:"files"`
}

// addSite makes a resource location and its parameter files in the console.
func (i *installation) addSite(t *testing.T, state, name string, connectors int) site {
	t.Helper()
	var s site
	scriptInto(t, "add-site", i.settings(map[string]any{"state": state, "name": name, "connectors": connectors, "folder": t.TempDir()}), &s)
	return s
}

// connect installs a connector with a parameter file of the console and runs it against a forest by LDAPS. Each has a
// machine ID of its own, as if it had a machine of its own.
func (i *installation) connect(t *testing.T, parameters string, f *lab.Forest) *program {
	t.Helper()
	dir := t.TempDir()
	data, password, machine, config := filepath.Join(dir, "data"), filepath.Join(dir, "password"), filepath.Join(dir, "machine-id"), filepath.Join(dir, "connector.yaml")
	require.NoError(t, os.WriteFile(password, []byte(f.Service.Password+"\n"), 0o600))
	require.NoError(t, os.WriteFile(machine, fmt.Appendf(nil, "%032x\n", freePort(t)), 0o600))
	content := fmt.Sprintf("data_dir: %s\nca_file: %s\nmachine_id_file: %s\nlog:\n  format: text\ndirectory:\n  domain: %s\n  controllers:\n    %s: [%s]\n"+
		"  ca_file: %s\n  user: %s\n  password_file: %s\n",
		data, i.authority.CAFile, machine, f.Domain, f.Domain, f.Controller, f.CAFile, f.Service.UPN, password)
	require.NoError(t, os.WriteFile(config, []byte(content), 0o600))

	code, out, errOut := run(t, nil, "causeway-connector", "install", "--config", config, "--parameters", parameters)
	require.Zero(t, code, "install: %s%s", out, errOut)
	require.Contains(t, out, "WARNING: delete "+parameters, "the installer warns while the parameter file is there")
	secret := clientSecret(t, parameters)
	require.NotContains(t, out+errOut, secret, "the installer prints the client secret")
	require.NoError(t, os.Remove(parameters))

	p := start(t, nil, "causeway-connector", "run", "--config", config)
	p.ready(startTime, func() bool { return strings.Contains(p.log.String(), "channel opened") })
	_, status, _ := run(t, nil, "causeway-connector", "status", "--config", config, "--json")
	require.Contains(t, status, `"running":true`)
	require.NotContains(t, p.log.String(), secret, "the connector logs the client secret")
	return p
}

// clientSecret reads the secret of a parameter file.
func clientSecret(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var p struct {
		ClientSecret string `json:"clientSecret"`
	}
	require.NoError(t, json.Unmarshal(raw, &p))
	require.NotEmpty(t, p.ClientSecret)
	return p.ClientSecret
}
