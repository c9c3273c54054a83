package httpapi

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

type exportInput struct {
	InCustomer
	InLogFilter
}

// SystemLogExport registers the log as a file. It is sent while it is read, one page of records at a time, as fast as the
// client takes it. A failure on the way, the end of the session or of the client, and the loss of the right cut the connection,
// so that half a file is not taken for a whole one.
func (a *API) SystemLogExport(logs *systemlog.Service, accounts *customer.Accounts) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/systemlog/export", ID: "exportSystemLog",
		Summary: "System Log records as CSV, newest first", Tag: "System Log", Needs: admin.SystemLog},
		func(ctx context.Context, actor admin.Actor, in *exportInput) (*huma.StreamResponse, error) {
			f, err := in.filter()
			if err != nil {
				return nil, err
			}
			account, err := accounts.Get(ctx, actor, in.customer())
			if err != nil {
				return nil, err
			}
			release, err := a.exports.take(actor)
			if err != nil {
				return nil, err
			}
			export, err := logs.Export(ctx, systemlog.OfCustomer(account.ID), f, actor.Log())
			if err != nil {
				release()
				return nil, err
			}
			return &huma.StreamResponse{Body: func(hctx huma.Context) {
				defer release()
				w, ok := hctx.BodyWriter().(http.ResponseWriter)
				if !ok {
					panic("httpapi: a body that cannot be streamed")
				}
				file := edge.OpenDownload(w, "text/csv; charset=utf-8; header=present", exportName(account, export.Began))
				still := newGuard(account.ID, admin.SystemLog)
				defer still.stop()
				if err := writeExport(hctx.Context(), file, string(account.ID), export, still); err != nil {
					a.log.InfoContext(ctx, "export cut", "customer_id", account.ID, "err", err)
					file.Abort()
				}
			}}, nil
		})
}

func writeExport(ctx context.Context, file edge.Download, customerID string, export *systemlog.Export, still *guard) error {
	if _, err := io.WriteString(file, byteOrderMark); err != nil {
		return err
	}
	if err := writeCSV(file, csvColumns); err != nil {
		return err
	}
	err := export.Each(ctx, still.check, func(r systemlog.Stored) error {
		return writeCSV(file, csvRecord(newLogRecord(customerID, r)))
	})
	if err != nil {
		return err
	}
	return file.Flush()
}

// exportName is SystemLog-CustomerName-OrgID-DateTimeStamp.CSV (OPS-134). Characters that file systems refuse become "_".
func exportName(c customer.Customer, at time.Time) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`<>:"/\|?*`, r) {
			return '_'
		}
		return r
	}, c.Name)
	return "SystemLog-" + name + "-" + string(c.OrgID) + "-" + at.UTC().Format("20060102T150405Z") + ".CSV"
}
