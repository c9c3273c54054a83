package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
)

func reverifyCommand() *cobra.Command {
	var in operator.Reverify
	cmd := &cobra.Command{
		Use:   "reverify",
		Short: "Make administrators prove their e-mail addresses at their next sign-in",
		Long:  "The next sign-in sends a mail with a link to the address on file and goes on when the link was used. Sessions that are open go on. Mails have to leave for it: see causeway operator mail.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.Reverify(cmd.Context(), in)
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "%d logins prove their addresses at their next sign-in.\n", got.Logins)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&in.UserName, "user-name", "", "only this login")
	cmd.Flags().BoolVar(&in.All, "all", false, "every login of the installation")
	return cmd
}

func setEmailCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "set-email USER-NAME ADDRESS",
		Short: "Correct the e-mail address of an administrator who cannot sign in",
		Long:  "The address is proven by mail at the next sign-in. Check who asks: whoever has the address can ask for a new password, though not for a second factor.",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.SetEmail(cmd.Context(), operator.SetEmail{UserName: args[0], Email: args[1]})
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "The address of %s is %s now; the next sign-in proves it.\n", got.UserName, got.Email)
				return err
			})
		},
	}
}
