package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
)

func rotationCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "saml-rotation",
		Short: "Show and steer the rotation of the SAML signing certificate",
		Long: `The certificate with which SAML requests are signed is replaced by itself about every eleven months: the next one stands in the
metadata for 40 days before it takes over. These commands show that, and change it within the limits of what customers are promised:
30 days of notice, before the old certificate expires, once in each calendar year.`,
	}
	cmd.AddCommand(rotationShowCommand(), rotationPlanCommand(), rotationMoveCommand(), rotationCancelCommand(), rotationEmergencyCommand())
	return cmd
}

func rotationShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show certificates, rotations, and who has read the metadata of the generic entity ID",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.ShowRotation(cmd.Context())
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error { return printRotations(out, got) })
		},
	}
}

func printRotations(out io.Writer, s operator.RotationShown) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CERTIFICATE\tSTATE\tACTIVATION\tEXPIRY\tRETIREMENT")
	for _, c := range s.Certificates {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", c.Thumbprint, c.State, stampOrNone(c.Activation), stamp(c.Expiry), stampOrNone(c.Retirement))
	}
	fmt.Fprintln(w, "\nROTATION\tSTATE\tADVERTISEMENT\tACTIVATION\tCOMPLETION\tOLD CERTIFICATE EXPIRES")
	for _, p := range s.Rotations {
		fmt.Fprintf(w, "%s\t%s (%s)\t%s (%s)\t%s\t%s\t%s\n", p.ID, p.State, p.Kind, stamp(p.AdvertisementTime), p.Advertisement, stamp(p.ActivationTime), stamp(p.CompletionTime), stamp(p.OldExpiry))
	}
	fmt.Fprintln(w, "\nREADER\tLAST\tHAS THE NEWEST\tUSER AGENT")
	for _, r := range s.Readers {
		fmt.Fprintf(w, "%s\t%s\t%t\t%q\n", r.Address, stamp(r.At), r.KnowsNewest, r.UserAgent)
	}
	return w.Flush()
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func stampOrNone(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return stamp(*t)
}

func rotationPlanCommand() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Begin a rotation now",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := operator.PlanRotation{}
			var err error
			if at != "" {
				if in.Activation, err = instant(at); err != nil {
					return err
				}
			}
			return rotate(cmd, func(c *operator.Client) (operator.RotationPlan, error) { return c.PlanRotation(cmd.Context(), in) })
		},
	}
	cmd.Flags().StringVar(&at, "activation", "", "when the new certificate takes over, RFC 3339; without it, in about seven weeks")
	return cmd
}

func rotationMoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "move TIME",
		Short: "Move the activation of the rotation under way; a published one only to a later time",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := instant(args[0])
			if err != nil {
				return err
			}
			return rotate(cmd, func(c *operator.Client) (operator.RotationPlan, error) {
				return c.MoveRotation(cmd.Context(), operator.MoveRotation{Activation: to})
			})
		},
	}
}

func rotationCancelCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "cancel",
		Short: "End the rotation under way before its activation",
		Long:  "Before its agreement, five days after the plan was made, a rotation leaves no trace. Later, customers who were told of it are told of its end. The next one is planned as late as the certificate allows.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return rotate(cmd, func(c *operator.Client) (operator.RotationPlan, error) { return c.CancelRotation(cmd.Context()) })
		},
	}
}

func rotationEmergencyCommand() *cobra.Command {
	var in operator.ReplaceCertificate
	cmd := &cobra.Command{
		Use:   "emergency --reason TEXT",
		Short: "Replace a compromised certificate at once",
		Long: `The key in use signs nothing any more and leaves the metadata; the next certificate, or a fresh one, takes over in this second. Sign-ins
through identity providers that verify our signatures fail until they have the new certificate. Customers are told at once.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return rotate(cmd, func(c *operator.Client) (operator.RotationPlan, error) {
				return c.ReplaceCertificate(cmd.Context(), in)
			})
		},
	}
	cmd.Flags().StringVar(&in.Reason, "reason", "", "what happened, for the record")
	cmd.Flags().BoolVar(&in.All, "all", false, "the next key is compromised too: make a fresh one")
	return cmd
}

// rotate runs a command that answers with a rotation.
func rotate(cmd *cobra.Command, run func(*operator.Client) (operator.RotationPlan, error)) error {
	c, _, err := client(cmd)
	if err != nil {
		return err
	}
	got, err := run(c)
	if err != nil {
		return err
	}
	return printAnswer(cmd, got, func(out io.Writer) error {
		_, err := fmt.Fprintf(out, "%s is %s: activation %s, the old certificate expires %s.\n", got.ID, got.State, stamp(got.ActivationTime), stamp(got.OldExpiry))
		return err
	})
}

// instant reads a time that an operator typed.
func instant(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %q is no time like 2027-03-01T15:00:00Z", errUsage, s)
	}
	return t, nil
}
