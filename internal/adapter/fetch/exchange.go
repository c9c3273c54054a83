package fetch

import (
	"io"
	"net/http"
)

// Exchange sends a request and returns the whole answer, whatever its status. The rules are those of Get. Errors: those of Get
// but ErrStatus.
func (c *Client) Exchange(req *http.Request) (status int, body []byte, err error) {
	if _, err := c.parse(req.URL.String()); err != nil {
		return 0, nil, err
	}
	host := req.URL.Hostname()
	res, err := c.http.Do(req)
	if err != nil {
		return 0, nil, failure(err).With("host", host)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, MaxBytes+1))
	switch {
	case err != nil:
		return 0, nil, failure(err).With("host", host)
	case len(body) > MaxBytes:
		return 0, nil, ErrTooLarge.With("host", host)
	}
	return res.StatusCode, body, nil
}
