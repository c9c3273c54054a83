package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

// machineTime lists the packages and files that may ask the machine for the time: deadlines, pings, back-off, rate limits, leases,
// TLS. Everywhere else time comes from the injected clock, so that a moved clock moves all of the business.
var machineTime = []string{
	"base/clock/", "base/jobs/", "adapter/acme/", "adapter/mailer/smtp.go", "adapter/edge/", "adapter/fetch/", "adapter/hub/", "adapter/demo/", "agent/", "program/",
	"domain/federation/refuse.go", // how often refusals are kept
}

func TestBusinessTimeComesFromTheClock(t *testing.T) {
	t.Parallel()
	walkSource(t, func(path string, file *ast.File) {
		for _, p := range machineTime {
			if strings.Contains(path, "internal/"+p) {
				return
			}
		}
		if strings.Contains(path, "/cmd/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || (sel.Sel.Name != "Now" && sel.Sel.Name != "Since" && sel.Sel.Name != "Until") {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" {
				t.Errorf("%s: time.%s: ask the injected clock", path, sel.Sel.Name)
			}
			return true
		})
	})
}
