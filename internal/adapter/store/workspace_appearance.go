package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

type appearanceRow struct {
	Name       string `db:"name"`
	Primary    string `db:"primary_color"`
	Banner     string `db:"banner_color"`
	BannerText string `db:"banner_text_color"`
	SignInLogo []byte `db:"sign_in_logo"`
	Logo       []byte `db:"logo"`
	Version    int64  `db:"version"`
}

func (r appearanceRow) appearance() workspace.Appearance {
	return workspace.Appearance{Name: r.Name, PrimaryColor: workspace.Color(r.Primary), BannerColor: workspace.Color(r.Banner),
		BannerTextColor: workspace.Color(r.BannerText), SignInLogo: r.SignInLogo, Logo: r.Logo, Version: r.Version}
}

const appearanceSelect = `
	select name, primary_color, banner_color, banner_text_color, sign_in_logo, logo, version from workspace_appearance where customer_id = $1`

// unchangedAppearance is that of a workspace without a row.
var unchangedAppearance = workspace.Appearance{Version: 1}

// Appearance implements workspace.Store.
func (s *Workspaces) Appearance(ctx context.Context, c customer.ID) (workspace.Appearance, error) {
	var row appearanceRow
	err := s.db.reader.GetContext(ctx, &row, appearanceSelect, c)
	if errors.Is(err, sql.ErrNoRows) {
		return unchangedAppearance, nil
	}
	return row.appearance(), translate(err)
}

// Look implements workspace.Store.
func (s *Workspaces) Look(ctx context.Context, c customer.ID) (workspace.Look, error) {
	var row struct {
		appearanceRow
		HasSignInLogo int `db:"has_sign_in_logo"`
		HasLogo       int `db:"has_logo"`
	}
	err := s.db.reader.GetContext(ctx, &row, `
		select name, primary_color, banner_color, banner_text_color, version,
			case when length(sign_in_logo) > 0 then 1 else 0 end as has_sign_in_logo, case when length(logo) > 0 then 1 else 0 end as has_logo
		from workspace_appearance where customer_id = $1`, c)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return workspace.Look{}, translate(err)
	}
	return workspace.Look{Name: row.Name, Palette: row.appearance().Palette(), SignInLogo: row.HasSignInLogo == 1, Logo: row.HasLogo == 1,
		AppearanceVersion: row.Version}, nil
}

// UpdateAppearance implements workspace.Store.
func (s *Workspaces) UpdateAppearance(ctx context.Context, c customer.ID, change func(*workspace.Appearance) (systemlog.Effects, error)) (workspace.Appearance, error) {
	var out workspace.Appearance
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var row appearanceRow
		out = unchangedAppearance
		switch err := tx.GetContext(ctx, &row, appearanceSelect, c); {
		case err == nil:
			out = row.appearance()
		case !errors.Is(err, sql.ErrNoRows):
			return systemlog.Effects{}, err
		}
		eff, err := change(&out)
		if err != nil {
			return systemlog.Effects{}, err
		}
		out.Version++
		_, err = tx.ExecContext(ctx, `
			insert into workspace_appearance (customer_id, name, primary_color, banner_color, banner_text_color, sign_in_logo, logo, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8)
			on conflict (customer_id) do update set name = excluded.name, primary_color = excluded.primary_color, banner_color = excluded.banner_color,
				banner_text_color = excluded.banner_text_color, sign_in_logo = excluded.sign_in_logo, logo = excluded.logo, version = excluded.version`,
			c, out.Name, out.PrimaryColor, out.BannerColor, out.BannerTextColor, octets(out.SignInLogo), octets(out.Logo), out.Version)
		return eff, err
	})
	return out, err
}

// octets is a picture as a column keeps it: never null.
func octets(p workspace.Picture) []byte { return append([]byte{}, p...) }
