package controlplane

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
)

// wireDirectory makes what the customers' directories need: the service that asks them, and the connectors' programs.
func (a *App) wireDirectory() error {
	o, db, s := a.opts, a.DB, a.Services
	s.Directory = directory.NewService(directory.Deps{Requester: a.bus, Connectors: db.Connectors(), Locations: db.Locations(), Store: db.Directories(),
		Recorder: s.Logs, Clock: o.Clock})
	folder := o.Config.ConnectorDir
	if folder == "" {
		self, err := os.Executable()
		if err != nil {
			return fmt.Errorf("find the folder of the connector programs: %w", err)
		}
		folder = filepath.Dir(self)
	}
	s.Software = connector.NewSoftware(os.DirFS(folder))
	return nil
}
