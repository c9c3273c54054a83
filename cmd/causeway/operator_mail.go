package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
)

func mailCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mail",
		Short: "List the mails that have not left, and why",
		Long:  "Lists the mails that wait for their first attempt (waiting), those that are tried again (failing) and those that the mail server has refused for good (dead), which are deleted after 30 days.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.ListMail(cmd.Context())
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error { return printMails(out, got) })
		},
	}
	cmd.AddCommand(mailRetryCommand(), mailTestCommand())
	return cmd
}

func printMails(out io.Writer, l operator.MailList) error {
	if l.Server == "" {
		fmt.Fprintln(out, "No mail server is configured (mail.host): mails wait.")
	} else {
		fmt.Fprintf(out, "Mail server %s.\n", l.Server)
	}
	fmt.Fprintf(out, "%d waiting, %d failing, %d dead\n", l.Waiting, l.Failing, l.Dead)
	if len(l.Mails) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTATE\tAGE\tTRIES\tTO\tMAIL\tDELETED\tCAUSE")
	for _, m := range l.Mails {
		deleted := ""
		if m.Deleted != nil {
			deleted = m.Deleted.Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%s\t%s\t%s\t%q\n", m.ID, m.State, m.Age, m.Attempts, m.Domain, m.Template, deleted, m.Cause)
	}
	return w.Flush()
}

func mailRetryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "retry [ID…]",
		Short: "Try mails again now: those that are named, or all that have failed",
		RunE: func(cmd *cobra.Command, args []string) error {
			in := operator.RetryMail{IDs: make([]int64, len(args))}
			for i, a := range args {
				n, err := strconv.ParseInt(a, 10, 64)
				if err != nil {
					return fmt.Errorf("%w: %q is no ID of a mail", errUsage, a)
				}
				in.IDs[i] = n
			}
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.RetryMail(cmd.Context(), in)
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "Mails that are tried again: %d\n", got.Mails)
				return err
			})
		},
	}
}

func mailTestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "test ADDRESS",
		Short: "Send a test message",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.TestMail(cmd.Context(), operator.TestMail{To: args[0]})
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "The message is in the outbox for the mail server %s; causeway operator mail shows whether it has left.\n", cmp.Or(got.Server, "(none is configured)"))
				return err
			})
		},
	}
}

// printAnswer prints what a command answered, as JSON or for a person.
func printAnswer(cmd *cobra.Command, answer any, person func(io.Writer) error) error {
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(answer)
	}
	return person(cmd.OutOrStdout())
}
