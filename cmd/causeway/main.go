// Command causeway is the control plane and the operator's command line.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	understood := false
	root.PersistentPreRun = func(*cobra.Command, []string) { understood = true }
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if !understood { // the command line itself is wrong: no such command, option or argument
		err = fmt.Errorf("%w: %w", errUsage, err)
	}
	asJSON, _ := root.PersistentFlags().GetBool("json")
	printError(stderr, err, asJSON)
	return exitCode(err)
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "causeway",
		Short:         brand.Name + ": a control plane for resources that stay where they are",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().Bool("json", false, "print JSON")
	root.PersistentFlags().String("config", "", "configuration file")
	root.AddCommand(serveCommand(), devCommand(), configCommand(), backupCommand(), operatorCommand(), openAPICommand(), versionCommand())
	return root
}

// errUsage marks what the caller wrote wrongly: arguments and configuration.
var errUsage = errors.New("the command or its configuration is wrong")

// exitCodes is the only place that knows which kind is which exit code. 2 tells a service manager not to start again.
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
	var problem operator.Problem
	var problems config.Problems
	switch {
	case errors.Is(err, errUsage), errors.As(err, &problems):
		return 2
	case errors.As(err, &problem):
		for k := range fault.NumKinds {
			if fault.Kind(k).String() == problem.Kind {
				return exitCodes[k]
			}
		}
	}
	return exitCodes[fault.KindOf(err)]
}

// printError says what went wrong on w: the sentence and hint of an expected failure, else the error itself.
func printError(w io.Writer, err error, asJSON bool) {
	p := problemOf(err)
	if asJSON {
		_ = json.NewEncoder(w).Encode(p)
		return
	}
	fmt.Fprintln(w, "causeway: "+p.Error())
}

func problemOf(err error) operator.Problem {
	var p operator.Problem
	if errors.As(err, &p) {
		return p
	}
	var problems config.Problems
	if errors.As(err, &problems) {
		p = operator.Problem{Kind: fault.Invalid.String(), Code: "configuration_invalid", Detail: "The configuration cannot be used."}
		for _, x := range problems {
			p.Errors = append(p.Errors, operator.FieldProblem{Field: x.Key, Detail: x.Message})
		}
		return p
	}
	var e *fault.Error
	if !errors.As(err, &e) {
		return operator.Problem{Kind: fault.Internal.String(), Code: "internal", Detail: err.Error()}
	}
	texts, loadErr := text.Load()
	if loadErr != nil {
		return operator.Problem{Kind: fault.Internal.String(), Code: "internal", Detail: errors.Join(err, loadErr).Error()}
	}
	p = operator.Problem{Kind: e.Kind.String(), Code: e.Code, Detail: texts.Sentence(text.English, e.Code, e.Args), Hint: texts.Hint(text.English, e.Code, e.Args)}
	if cause := errors.Unwrap(e); cause != nil {
		p.Detail = strings.TrimSuffix(p.Detail, ".") + " (" + cause.Error() + ")."
	}
	return p
}

// loadConfig reads the configuration that the command was given.
func loadConfig(cmd *cobra.Command) (config.Loaded, error) {
	file, err := cmd.Flags().GetString("config")
	if err != nil {
		return config.Loaded{}, err
	}
	flags := map[string]string{}
	for flag, key := range configFlags {
		if f := cmd.Flags().Lookup(flag); f != nil && f.Changed {
			flags[key] = f.Value.String()
		}
	}
	loaded, err := config.Load(file, os.Environ(), flags)
	if err != nil {
		return loaded, fmt.Errorf("%w: %w", errUsage, err)
	}
	return loaded, nil
}

// configFlags are the keys that have a flag as well.
var configFlags = map[string]string{"base-domain": "base_domain", "data-dir": "data_dir", "addr": "http.addr", "behind-proxy": "http.behind_proxy",
	"mail-host": "mail.host", "mail-port": "mail.port"}
