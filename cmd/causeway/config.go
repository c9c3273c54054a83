package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/base/config"
)

func configCommand() *cobra.Command {
	var sample bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the effective configuration and where each value comes from; check it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if sample {
				fmt.Fprint(cmd.OutOrStdout(), config.Sample())
				return nil
			}
			loaded, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
				if err := json.NewEncoder(cmd.OutOrStdout()).Encode(loaded.Show()); err != nil {
					return err
				}
				return loaded.Validate()
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, s := range loaded.Show() {
				fmt.Fprintf(w, "%s\t%s\t(%s)\n", s.Key, s.Value, s.Origin)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			return loaded.Validate()
		},
	}
	cmd.Flags().BoolVar(&sample, "sample", false, "print a commented sample file instead")
	return cmd
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) { fmt.Fprintln(cmd.OutOrStdout(), version) },
	}
}
