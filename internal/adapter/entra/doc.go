// Package entra reads the Entra ID directories of customers through Microsoft Graph, with the credentials of an application that
// each customer has made in its own tenant. Tokens stay in memory until shortly before they end; no answer is kept.
//
// Source: Microsoft identity platform, OAuth 2.0 client credentials flow; Microsoft Graph v1.0, organization and user.
package entra
