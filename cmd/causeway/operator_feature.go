package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
)

func featureCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "feature", Short: "Switch features that customers cannot switch by themselves"}
	cmd.AddCommand(featureSetCommand())
	return cmd
}

func featureSetCommand() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:       "set CUSTOMER FEATURE on|off",
		Short:     "Switch a feature of one customer; both logs tell of it",
		Long:      "SendNameIDPolicyInSAMLRequest makes sign-in requests ask for a name identifier of unspecified format, which Okta demands of signed requests.",
		Args:      cobra.ExactArgs(3),
		ValidArgs: []string{"SendNameIDPolicyInSAMLRequest"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[2] != "on" && args[2] != "off" {
				return fmt.Errorf("%w: the third word is on or off, not %q", errUsage, args[2])
			}
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.SetFeature(cmd.Context(), operator.SetFeature{CustomerID: args[0], Feature: args[1], Enabled: args[2] == "on", Reason: reason})
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "%s is %s for %s.\n", got.Feature, args[2], got.CustomerID)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why; kept in the logs of the installation and of the customer (required)")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}
