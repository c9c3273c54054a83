package controlplane

import (
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// wireRecovery makes what people change of their own logins and what the operator does for those who cannot sign in.
func (a *App) wireRecovery() {
	s, logins := a.Services, a.DB.WebLogins()
	s.Settings = &signin.Settings{Store: logins, SignIns: s.SignIns}
	s.Support = &signin.Support{Store: logins, SignIns: s.SignIns, Clock: a.opts.Clock}
}

// mySettings is what the console's operations about the own login need.
func (s *Services) mySettings() httpapi.MySettingsDeps {
	return httpapi.MySettingsDeps{Settings: s.Settings, Sessions: s.Sessions, SignedOut: pages.SignedOutEverywherePath}
}
