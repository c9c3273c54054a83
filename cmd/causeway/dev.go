package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/program/dev"
)

// devPort is the first of the four ports of "causeway dev"; fixed, so that bookmarks stay good.
const devPort = 8400

func devCommand() *cobra.Command {
	o := dev.Options{Version: version}
	var logLevel string
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Run a complete demonstration on this machine: control plane, connectors, directory, identity provider",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var level slog.Level
			if err := level.UnmarshalText([]byte(logLevel)); err != nil {
				return fmt.Errorf("%w: --log-level: %w", errUsage, err)
			}
			o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
			asJSON, err := cmd.Flags().GetBool("json")
			if err != nil {
				return err
			}
			o.PortChosen = cmd.Flags().Changed("port")
			o.Ready = func(i dev.Info) {
				if asJSON {
					_ = json.NewEncoder(cmd.OutOrStdout()).Encode(i)
					return
				}
				_ = i.Print(cmd.OutOrStdout()) // a closed terminal does not stop the demonstration
			}
			return dev.Run(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.DataDir, "data", "", "folder that keeps the state; empty = a temporary one")
	f.IntVar(&o.Port, "port", devPort, "first of four ports; 0 = free ones. A data folder keeps those of its first start")
	f.BoolVar(&o.TLS, "tls", false, "https for browsers, too; they have to trust ca.pem")
	f.StringVar(&o.Connector, "connector", "", "connector program; empty = beside this one")
	f.StringVar(&logLevel, "log-level", "warn", "debug, info, warn or error")
	return cmd
}
