// Package e2e runs the real programs of bin/ and drives them with Chromium, and with Firefox and WebKit where it says so, as an administrator, a person who signs in and
// an operator would. What a test claims it has seen on a page, in an answer of the API, or in the exit of a process.
//
// The scripts of the browser lie in browser/: plain Node programs that read their settings from the environment and print
// one JSON object. A test starts programs, runs scripts and compares. Tests named …Lab… need the lab (see test/lab).
//
// "make build" makes the programs, "npm ci" in this folder the library for Chromium; browser/webdriver.mjs drives the other engines. E2E_SHOTS=DIR keeps pictures.
package e2e
