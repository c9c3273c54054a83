package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/config"
)

func operatorCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "operator", Short: "Commands of whoever runs the installation; they talk to the server over its unix socket"}
	cmd.PersistentFlags().String("socket", "", "socket of the server; empty = from the configuration")
	cmd.PersistentFlags().String("data-dir", "", "data folder of the server")
	cmd.AddCommand(mailCommand(), rotationCommand(), supportCommand(), reverifyCommand(), setEmailCommand(), featureCommand(), releaseHostCommand(), createCustomerCommand(), createCompanyCommand(), companiesCommand(), signUpsCommand())
	return cmd
}

// client finds the server's socket.
func client(cmd *cobra.Command) (*operator.Client, config.Loaded, error) {
	loaded, err := loadConfig(cmd)
	if err != nil {
		return nil, loaded, err
	}
	socket, err := cmd.Flags().GetString("socket")
	if err != nil {
		return nil, loaded, err
	}
	if socket == "" {
		socket = loaded.OperatorSocket()
	}
	return operator.NewClient(socket), loaded, nil
}

func createCustomerCommand() *cobra.Command {
	var in operator.CreateCustomer
	cmd := &cobra.Command{
		Use:   "create-customer",
		Short: "Create a customer, its company where that is new, and its first administrator",
		Long:  "Prints the customer ID and, for a new login, a one-time password to hand over. It must be changed at the first sign-in, where a second factor is enrolled as well.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.CreateCustomer(cmd.Context(), in)
			if err != nil {
				return err
			}
			if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(got)
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "customer ID   %s\nOrgID         %s\nname          %s\nuser name     %s\n", got.CustomerID, got.OrgID, got.Name, got.UserName)
			if got.Password != "" {
				fmt.Fprintf(out, "password      %s  (one-time; shown only here)\n", got.Password)
			} else {
				fmt.Fprintln(out, "password      unchanged, the login existed already")
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.Company, "company", "", "name of the new company")
	f.StringVar(&in.SiteAddress, "site-address", "", "physical address of the new company")
	f.StringVar(&in.OrgID, "org-id", "", "an existing company instead of a new one")
	f.StringVar(&in.Customer, "name", "", "name of the customer; empty = the company's")
	f.StringVar(&in.CustomerID, "customer-id", "", "customer ID; empty = a new random one")
	f.StringVar(&in.UserName, "user-name", "", "user name of the first administrator")
	f.StringVar(&in.Email, "email", "", "e-mail address of the first administrator")
	f.BoolVar(&in.EmailVerified, "email-verified", false, "vouch for the address of a new administrator; otherwise the first sign-in proves it by mail")
	return cmd
}

func backupCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "backup", Short: "Copy the database of the running server, or put a copy back"}
	cmd.PersistentFlags().String("socket", "", "socket of the server; empty = from the configuration")
	cmd.PersistentFlags().String("data-dir", "", "data folder of the server")
	create := &cobra.Command{
		Use:   "create [DIR]",
		Short: "Copy the database while the server runs, with a manifest",
		Long:  "The key file is never part of a backup: keep a copy of it elsewhere. Without it a backup opens nothing.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, loaded, err := client(cmd)
			if err != nil {
				return err
			}
			if url := loaded.DatabaseURL(); !strings.HasPrefix(url, "sqlite:") {
				fmt.Fprintf(cmd.OutOrStdout(), "pg_dump --format=custom --file=causeway.dump %q\n", config.Redacted(url))
				return store.ErrBackupEngine
			}
			dir := filepath.Join(loaded.DataDir, "backups", time.Now().UTC().Format("20060102T150405Z"))
			if len(args) == 1 {
				if dir, err = filepath.Abs(args[0]); err != nil {
					return err
				}
			} else if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
				return err
			}
			manifest, err := c.Backup(cmd.Context(), operator.CreateBackup{Dir: dir})
			if err != nil {
				return err
			}
			if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
				fmt.Fprintln(cmd.OutOrStdout(), string(manifest))
				return nil
			}
			fmt.Fprintf(cmd.OutOrStdout(), "backup written to %s\nKeep a copy of %s elsewhere: the backup opens nothing without it.\n", dir, loaded.KeyFilePath())
			return nil
		},
	}
	restore := &cobra.Command{
		Use:   "restore DIR",
		Short: "Put the database of a backup in place; the server must be stopped",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			path, ok := strings.CutPrefix(loaded.DatabaseURL(), "sqlite://")
			if !ok {
				fmt.Fprintf(cmd.OutOrStdout(), "pg_restore --clean --if-exists --dbname=%q causeway.dump\n", config.Redacted(loaded.DatabaseURL()))
				return store.ErrBackupEngine
			}
			m, err := store.Restore(args[0], path)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "database of %s restored to %s\nIt opens with the key file that holds the keys %s.\n",
				m.CreatedAt.Format(time.RFC3339), path, strings.Join(m.KeyFileIDs, ", "))
			return nil
		},
	}
	cmd.AddCommand(create, restore)
	return cmd
}
