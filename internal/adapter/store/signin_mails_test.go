package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestMailsToStrangersAreBounded lets one login write to a few strangers in a day, however long it waits between the mails and
// whatever it proves of its own in between, and mails one address a few times, whoever asks.
func TestMailsToStrangersAreBounded(t *testing.T) { // L01
	eachDesk(t, true, func(t *testing.T, d *desk) {
		ctx, s, session := t.Context(), d.settings, d.signIn()
		morning := 24*time.Hour - time.Duration(d.clk.Now().UnixNano())%(24*time.Hour) + time.Minute
		d.clk.Advance(morning) // a day of its own
		d.prove(session)
		left, refused := 0, 0
		to := func(address string) bool {
			switch err := s.NewRecoveryEmail(ctx, session, address, signin.Client{}); {
			case err == nil:
				left++
				return true
			case fault.From(err).Code == signin.ErrTooManyAttempts.Code:
				refused++
			default:
				require.NoError(t, err)
			}
			return false
		}
		for round := range 8 {
			for i := range 3 {
				to(fmt.Sprintf("stranger%d-%d@else.example", round, i))
			}
			if own := fmt.Sprintf("own%d@home.example", round); to(own) {
				require.NoError(t, s.ConfirmRecoveryEmail(ctx, session, d.mailedCode(own), signin.Client{}))
			}
		}
		require.Less(t, left, 7, "a proven address opened the way to strangers")
		for i := range 40 { // slowly
			d.clk.Advance(16 * time.Minute)
			d.prove(session)
			to(fmt.Sprintf("slow%d@else.example", i))
		}
		require.LessOrEqual(t, left, 10, "of one day")
		require.Equal(t, 72, left+refused)
		d.clk.Advance(24*time.Hour - 40*16*time.Minute)
		session = d.signIn()
		d.prove(session)
		require.True(t, to("next@else.example"), "locked for good")

		got := 0
		for i := range 10 {
			other := session
			other.Login.ID = id.Login(fmt.Sprint("login_", i))
			if err := s.NewRecoveryEmail(ctx, other, "victim@else.example", signin.Client{}); err == nil {
				got++
			}
		}
		require.Less(t, got, 7, "ten logins wrote to one address")
	})
}

// TestOneRuleForAddresses refuses wherever an address is typed what the rest of the product refuses.
func TestOneRuleForAddresses(t *testing.T) {
	eachDesk(t, true, func(t *testing.T, d *desk) {
		ctx, session := t.Context(), d.signIn()
		d.prove(session)
		operator := systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}
		for _, address := range []string{"ann", "ann@localhost", "ann@[192.0.2.1]", `"ann b"@home.example`, "Ann <ann@other.example>", strings.Repeat("a", 400) + "@home.example"} {
			for way, set := range map[string]func() error{
				"recovery": func() error { return d.settings.NewRecoveryEmail(ctx, session, address, signin.Client{}) },
				"account":  func() error { return d.settings.NewEmail(ctx, session, address, signin.Client{}) },
				"operator": func() error { return d.signIns.ChangeAddress(ctx, operator, "ann", address) },
			} {
				err := set()
				require.ErrorIs(t, err, fault.ErrInvalidInput, "%s: %s", way, address)
				require.Equal(t, "email_form", fault.From(err).Fields[0].Code, "%s: %s", way, address)
			}
		}
	})
}
