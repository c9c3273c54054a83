package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
)

func releaseHostCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "release-host HOST",
		Short: "Take a custom workspace domain from the customer that has it",
		Long:  "For a name that has changed hands. SAML and the sessions at the host end at once, and the customer's System Log tells of it. Whoever owns the name now can add it.",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.ReleaseHost(cmd.Context(), operator.ReleaseHost{Host: args[0]})
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "%s was customer %s's and is free now.\n", got.Host, got.CustomerID)
				return err
			})
		},
	}
}
