package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
)

func supportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "support",
		Short: "Help administrators who cannot sign in",
		Long: `An administrator who has neither the authenticator app nor another recovery method asks for help behind the right password.
Call the recovery phone that the list shows, and no other number; make sure that it is the administrator; record the call; issue a
code and read it out. Every act is in the System Logs of the installation, of the company and of its customers.`,
	}
	cmd.AddCommand(supportListCommand(), supportVerifyCommand(), supportIssueCommand())
	return cmd
}

func supportListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the open requests with the recovery phone to call",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.ListSupport(cmd.Context())
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error { return printRequests(out, got) })
		},
	}
}

func printRequests(out io.Writer, l operator.SupportList) error {
	if len(l.Requests) == 0 {
		fmt.Fprintln(out, "Nobody waits for help.")
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTATE\tUSER NAME\tORGID\tPHONE\tASKED\tDETAILS")
	for _, r := range l.Requests {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%q\n", r.ID, r.State, r.UserName, r.OrgID, r.Phone, r.RequestedAt.Format(time.RFC3339), r.Details)
	}
	return w.Flush()
}

func supportVerifyCommand() *cobra.Command {
	var called bool
	cmd := &cobra.Command{
		Use:   "verify ID",
		Short: "Record that you called the recovery phone and verified the administrator",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.VerifySupport(cmd.Context(), operator.VerifySupport{ID: args[0], Called: called})
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				fmt.Fprintf(out, "recorded: %s called %s and verified %s\n", got.VerifiedBy, got.Phone, got.UserName)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&called, "called-recovery-phone", false, "your word that you called the recovery phone on file and that the administrator answered")
	return cmd
}

func supportIssueCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "issue-code ID",
		Short: "Make the recovery code to read out, within an hour after the recorded call",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.IssueSupportCode(cmd.Context(), operator.IssueSupportCode{ID: args[0]})
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				fmt.Fprintf(out, "code     %s  (shown only here; read it out, send it nowhere)\nexpires  %s\n", got.Code, got.ExpiresAt.Format(time.RFC3339))
				return nil
			})
		},
	}
}
