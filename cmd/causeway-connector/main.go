// Command causeway-connector is the program on a customer's machine that dials out to the control plane.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/program/connector"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(execute(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// execute runs one command and returns the exit code.
func execute(ctx context.Context, args []string, out, errOut io.Writer) int {
	root := newRoot()
	root.SetArgs(documented(args))
	root.SetOut(out)
	root.SetErr(errOut)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	asJSON, _ := cmd.Flags().GetBool("json")
	printError(errOut, err, asJSON)
	if cmd.Name() == "install" {
		code := connector.InstallExitCode(err)
		fmt.Fprintf(errOut, "Exit code %d.\n", code)
		return code
	}
	return exitCode(err)
}

// documented turns the published form "/q /ParametersFilePath:FILE" into ours (CON-221). "/q" means without questions,
// which is how it always runs.
func documented(args []string) []string {
	const path = "/parametersfilepath:"
	for _, a := range args {
		if len(a) > len(path) && strings.EqualFold(a[:len(path)], path) {
			return append([]string{"install", "--parameters", a[len(path):]}, without(args, a)...)
		}
	}
	return args
}

// without returns the arguments that are not part of the published form.
func without(args []string, path string) []string {
	var rest []string
	for _, a := range args {
		if a != path && !strings.EqualFold(a, "/q") {
			rest = append(rest, a)
		}
	}
	return rest
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "causeway-connector",
		Short:         brand.Name + " connector: the way from the control plane to this site, dialled from here",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().Bool("json", false, "print JSON")
	root.PersistentFlags().String("config", "", "configuration file (default "+connector.DefaultConfigFile+" if it is there)")
	root.PersistentFlags().String("data-dir", "", "data directory, instead of the configured one")
	root.AddCommand(installCommand(), runCommand(), statusCommand(), uninstallCommand(), versionCommand())
	return root
}

func loadConfig(cmd *cobra.Command) (connector.Config, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return connector.Config{}, err
	}
	cfg, err := connector.LoadConfig(file)
	if err != nil {
		return cfg, err
	}
	if dir, err := cmd.Flags().GetString("data-dir"); err == nil && dir != "" {
		cfg.DataDir = dir
	}
	return cfg, nil
}

func installCommand() *cobra.Command {
	var parameters, address string
	var remove bool
	cmd := &cobra.Command{
		Use:   "install --parameters FILE",
		Short: "Make this machine a connector",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return connector.Install(cmd.Context(), connector.Installation{Config: cfg, Parameters: parameters, Address: address,
				DeleteParameters: remove, Version: version, Out: cmd.OutOrStdout()})
		},
	}
	cmd.Flags().StringVar(&parameters, "parameters", "", "parameter file, as the console makes it")
	cmd.Flags().StringVar(&address, "address", "", "address of the control plane, if the parameter file does not name it")
	cmd.Flags().BoolVar(&remove, "delete-parameters", false, "remove the parameter file when the installation has succeeded")
	_ = cmd.MarkFlagRequired("parameters") // the flag exists
	return cmd
}

func runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Keep the channel to the control plane open until stopped",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			log, err := newLog(cfg.Log, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return connector.Run(cmd.Context(), cfg, version, log)
		},
	}
}

func statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show the connector on this machine",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			s, err := connector.ReadStatus(cfg, version)
			if err != nil {
				return err
			}
			if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(s)
			}
			s.Print(cmd.OutOrStdout())
			return nil
		},
	}
}

func uninstallCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "uninstall",
		Short: "Remove the connector from the control plane and from this machine",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			log, err := newLog(connector.Log{Level: "error", Format: "text"}, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			told, err := connector.Uninstall(cmd.Context(), cfg, version, force, log)
			if err != nil {
				return err
			}
			if !told {
				fmt.Fprintln(cmd.OutOrStdout(), "The control plane was not told: remove the connector in the console, too.")
			}
			fmt.Fprintln(cmd.OutOrStdout(), "The connector is removed from this machine.")
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "also when the control plane cannot be told")
	return cmd
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version)
			return err
		},
	}
}

func newLog(cfg connector.Log, w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		return nil, connector.ErrConfig.With("path", "log.level").Because(err)
	}
	o := &slog.HandlerOptions{Level: level}
	switch cfg.Format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, o)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, o)), nil
	}
	return nil, connector.ErrConfig.With("path", "log.format").Because(fmt.Errorf("%q is neither json nor text", cfg.Format))
}

// exitCodes is the only place that knows which kind is which exit code, except for install. 2 tells a service manager not
// to start again.
var exitCodes = [fault.NumKinds]int{
	fault.Internal:        1,
	fault.Invalid:         2,
	fault.Unauthenticated: 3,
	fault.Denied:          3,
	fault.NotFound:        4,
	fault.Conflict:        5,
	fault.Stale:           5,
	fault.Limited:         6,
	fault.Unavailable:     7,
}

func exitCode(err error) int {
	var refusal *channel.Refusal
	if errors.As(err, &refusal) { // only a final one ends the program
		return exitCodes[fault.Invalid]
	}
	return exitCodes[fault.KindOf(err)]
}

// problem is an error as a program reads it.
type problem struct {
	Code   string       `json:"code"`
	Detail string       `json:"detail"`
	Hint   string       `json:"hint,omitempty"`
	Errors []fieldError `json:"errors,omitempty"`
}

type fieldError struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func printError(w io.Writer, err error, asJSON bool) {
	p := problemOf(err)
	if asJSON {
		_ = json.NewEncoder(w).Encode(p)
		return
	}
	fmt.Fprintln(w, "causeway-connector: "+p.Detail)
	for _, f := range p.Errors {
		fmt.Fprintf(w, "  %s: %s\n", f.Field, f.Detail)
	}
	if p.Hint != "" {
		fmt.Fprintln(w, p.Hint)
	}
}

// problemOf gives the sentence and hint of an expected failure, or the control plane's own words.
func problemOf(err error) problem {
	var refusal *channel.Refusal
	if errors.As(err, &refusal) {
		return problem{Code: refusal.Code, Detail: refusal.Text, Hint: refusal.Hint}
	}
	var e *fault.Error
	if !errors.As(err, &e) {
		return problem{Code: "internal", Detail: err.Error()}
	}
	texts, loadErr := text.Load()
	if loadErr != nil {
		return problem{Code: "internal", Detail: errors.Join(err, loadErr).Error()}
	}
	p := problem{Code: e.Code, Detail: texts.Sentence(text.English, e.Code, e.Args), Hint: texts.Hint(text.English, e.Code, e.Args)}
	if cause := errors.Unwrap(e); cause != nil {
		p.Detail += " (" + cause.Error() + ")"
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, fieldError{Field: f.Name, Code: f.Code, Detail: texts.Sentence(text.English, f.Code, f.Args)})
	}
	return p
}
