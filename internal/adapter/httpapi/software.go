package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

// ConnectorBuild is the connector's program for one platform.
type ConnectorBuild struct {
	Platform string `json:"platform" doc:"System and machine, for example linux-amd64."`
	FileName string `json:"fileName" doc:"Name under which it is saved."`
	Size     int64  `json:"size" doc:"In bytes."`
	SHA256   string `json:"sha256" doc:"Hex, for comparison after the download."`
}

// ConnectorSoftware registers the download of the connector's program. It belongs to the console only: who downloads is an
// administrator who is signed in there (CON-020).
func (a *API) ConnectorSoftware(s *connector.Software) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connector-software", ID: "listConnectorSoftware",
		Summary: "Programs to install a connector with, by platform", Tag: connectorsTag, AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *InCustomer) (*bodyOf[list[ConnectorBuild]], error) {
			got, err := s.List(ctx, actor, in.customer())
			if err != nil {
				return nil, err
			}
			out := list[ConnectorBuild]{Items: []ConnectorBuild{}}
			for _, b := range got {
				out.Items = append(out.Items, ConnectorBuild{Platform: b.Platform, FileName: b.FileName, Size: b.Size, SHA256: b.SHA256})
			}
			return answer(out), nil
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connector-software/{platform}", ID: "downloadConnectorSoftware",
		Summary: "The program for one platform", Tag: connectorsTag, AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			Platform string `path:"platform" doc:"One of the list."`
		}) (*huma.StreamResponse, error) {
			b, file, err := s.Open(ctx, actor, in.customer(), in.Platform)
			if err != nil {
				return nil, err
			}
			return &huma.StreamResponse{Body: func(hctx huma.Context) { a.sendBuild(hctx, b, file) }}, nil
		})
}

// sendBuild sends the file with its length and its hash, so that a part of it is not taken for the whole.
//
// Source: RFC 9530 §3 (Repr-Digest).
func (a *API) sendBuild(hctx huma.Context, b connector.Build, file io.ReadCloser) {
	defer file.Close()
	w, ok := hctx.BodyWriter().(http.ResponseWriter)
	if !ok {
		panic("httpapi: a body that cannot be streamed")
	}
	sum, _ := hex.DecodeString(b.SHA256) // made by the service
	w.Header().Set("Content-Length", strconv.FormatInt(b.Size, 10))
	w.Header().Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":")
	out := edge.OpenDownload(w, "application/octet-stream", b.FileName)
	_, err := io.Copy(out, file)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		a.log.InfoContext(hctx.Context(), "download cut", "err", err)
		out.Abort()
	}
}
