package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
)

func createCompanyCommand() *cobra.Command {
	var in operator.CreateCompany
	cmd := &cobra.Command{
		Use:   "create-company",
		Short: "Create a company account with its first web login and without a customer",
		Long: "Prints the OrgID and a one-time password to hand over. Its holder creates the cloud account on the onboarding site.\n" +
			"An organisation with several sites has a company account for each: --organisation names the OrgID of an earlier one.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.CreateCompany(cmd.Context(), in)
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "OrgID         %s\norganisation  %s\nuser name     %s\npassword      %s  (one-time; shown only here)\n",
					got.OrgID, got.Organisation, got.UserName, got.Password)
				return err
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.Company, "company", "", "name of the company")
	f.StringVar(&in.SiteAddress, "site-address", "", "its physical address")
	f.StringVar(&in.Organisation, "organisation", "", "OrgID of an earlier company account of the same organisation")
	f.StringVar(&in.UserName, "user-name", "", "user name of the first web login")
	f.StringVar(&in.Email, "email", "", "e-mail address of the first web login")
	f.BoolVar(&in.EmailVerified, "email-verified", false, "vouch for the address; otherwise the first sign-in proves it by mail")
	return cmd
}

func companiesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "companies",
		Short: "List the company accounts by organisation",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			var all operator.CompanyList
			for in := (operator.ListPage{}); ; in.After = all.Next {
				got, err := c.Companies(cmd.Context(), in)
				if err != nil {
					return err
				}
				all.Companies, all.Next = append(all.Companies, got.Companies...), got.Next
				if all.Next == "" {
					break
				}
			}
			return printAnswer(cmd, all, func(out io.Writer) error {
				w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "ORGID\tORGANISATION\tCUSTOMERS\tNAME\tSITE")
				for _, c := range all.Companies {
					fmt.Fprintf(w, "%s\t%s\t%d\t%q\t%q\n", c.OrgID, c.Organisation, c.Customers, c.Name, c.SiteAddress)
				}
				return w.Flush()
			})
		},
	}
}

func signUpsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "signups", Short: "Companies that have signed up by themselves: list, approve or refuse them"}
	cmd.AddCommand(signUpsListCommand(), signUpsApproveCommand(), signUpsRefuseCommand())
	return cmd
}

func signUpsListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the sign-ups that wait for you, and the approved ones whose person has not chosen a password",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			var all operator.SignUpList
			for in := (operator.ListPage{}); ; in.After = all.Next {
				got, err := c.ListSignUps(cmd.Context(), in)
				if err != nil {
					return err
				}
				all.SignUps, all.Next = append(all.SignUps, got.SignUps...), got.Next
				if all.Next == "" {
					break
				}
			}
			return printAnswer(cmd, all, func(out io.Writer) error {
				w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "ID\tSTATE\tSINCE\tDAYS\tCOMPANY\tSITE\tPERSON\tEMAIL")
				for _, u := range all.SignUps {
					fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%q\t%q\t%q\t%s\n", u.ID, u.State, u.CreatedAt.Format(time.RFC3339), u.AgeDays, u.Company, u.SiteAddress, u.Person, u.Email)
				}
				return w.Flush()
			})
		},
	}
}

func signUpsApproveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "approve ID",
		Short: "Mail the link with which the person makes the company account; once more sends a new link",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			got, err := c.ApproveSignUp(cmd.Context(), operator.DecideSignUp{ID: args[0]})
			if err != nil {
				return err
			}
			return printAnswer(cmd, got, func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "%q is approved; a link goes to %s.\n", got.Company, got.Email)
				return err
			})
		},
	}
}

func signUpsRefuseCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "refuse ID",
		Short: "Forget a sign-up and say so to the person by mail",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, _, err := client(cmd)
			if err != nil {
				return err
			}
			if err := c.RefuseSignUp(cmd.Context(), operator.DecideSignUp{ID: args[0]}); err != nil {
				return err
			}
			return printAnswer(cmd, operator.Done{}, func(out io.Writer) error {
				_, err := fmt.Fprintln(out, "The sign-up is refused.")
				return err
			})
		},
	}
}
