package edge

import "net/http"

// The three content security policies of pages, and that of every response that is no page.
const (
	strictPolicy  = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
	consolePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
		"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
	formPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; " +
		"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
	autoPostPolicy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; script-src "
)

// ConsolePage sets the policy of the console.
func ConsolePage(w http.ResponseWriter) { page(w, consolePolicy) }

// FormPage sets the policy of our forms. No answer to a form may redirect to another origin: browsers block it silently.
func FormPage(w http.ResponseWriter) { page(w, formPolicy) }

// AutoPostPage sets the policy of the page that posts a SAML message to an identity provider: no form-action, and one
// script, named by its hash ("sha256-…").
func AutoPostPage(w http.ResponseWriter, scriptHash string) {
	page(w, autoPostPolicy+"'"+scriptHash+"'")
}

func page(w http.ResponseWriter, policy string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}
