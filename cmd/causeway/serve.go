package main

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/program/controlplane"
)

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the control plane",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if err := loaded.Validate(); err != nil {
				return err
			}
			log := newLogger(loaded.Log)
			return controlplane.Run(cmd.Context(), controlplane.Options{Config: loaded.Config, Version: version, Log: log, Ready: func(*controlplane.App) {
				log.Info("control plane ready", "version", version, "addr", loaded.HTTP.Addr, "database", config.Redacted(loaded.DatabaseURL()))
			}})
		},
	}
	f := cmd.Flags()
	f.String("base-domain", "", "domain of the installation")
	f.String("data-dir", "", "folder for database, key file and operator socket")
	f.String("addr", "", "address to listen on")
	f.Bool("behind-proxy", false, "a reverse proxy terminates TLS")
	f.String("mail-host", "", "mail server that takes all mails")
	f.Int("mail-port", 0, "port of the mail server; 0 = the usual one")
	return cmd
}

func newLogger(c config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // Validate has passed it
	opts := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(os.Stderr, opts))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, opts))
}

// openAPICommand prints the API's description; the committed copy comes from here.
func openAPICommand() *cobra.Command {
	return &cobra.Command{
		Use: "openapi", Short: "Print the description of the API", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			raw, err := controlplane.OpenAPI("1")
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), string(raw))
			return nil
		},
	}
}
