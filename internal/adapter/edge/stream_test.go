package edge_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
)

// TestStreamOutlivesTheReadTimeout keeps a stream open for longer than the server waits for a request.
func TestStreamOutlivesTheReadTimeout(t *testing.T) {
	t.Parallel()
	const readTimeout = 200 * time.Millisecond
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stream, err := edge.OpenStream(w)
		if err != nil {
			t.Errorf("open: %v", err)
			return
		}
		select {
		case <-r.Context().Done():
			return // the test below misses its event
		case <-time.After(3 * readTimeout):
		}
		if err := stream.Event("late", 7, map[string]string{"still": "here"}); err != nil {
			t.Errorf("event: %v", err)
		}
	}))
	s.Config.ReadTimeout = readTimeout
	s.Start()
	defer s.Close()
	res, err := s.Client().Get(s.URL)
	require.NoError(t, err)
	defer res.Body.Close()
	var lines []string
	for scan := bufio.NewScanner(res.Body); scan.Scan(); {
		lines = append(lines, scan.Text())
	}
	require.Equal(t, []string{": ", "", "id: 7", "event: late", `data: {"still":"here"}`, ""}, lines)
}
