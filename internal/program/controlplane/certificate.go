package controlplane

import (
	"crypto/tls"
	"os"
	"sync"
	"time"
)

// certificateLook is how often the files are compared with what was read; a renewed certificate is used without a restart.
const certificateLook = time.Minute

// certificateFile serves the certificate of two files. It may be used concurrently.
type certificateFile struct {
	certFile, keyFile string

	mu      sync.Mutex // guards the fields below
	current *tls.Certificate
	changed time.Time // of the file that current came from
	looked  time.Time
}

// newCertificateFile reads the files once; they must fit together.
func newCertificateFile(certFile, keyFile string) (*certificateFile, error) {
	c := &certificateFile{certFile: certFile, keyFile: keyFile}
	if err := c.load(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *certificateFile) load() error {
	info, err := os.Stat(c.certFile)
	if err != nil {
		return err
	}
	if info.ModTime().Equal(c.changed) {
		return nil
	}
	cert, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.current, c.changed = &cert, info.ModTime()
	return nil
}

// get implements tls.Config.GetCertificate. Files that cannot be read leave the certificate as it was.
func (c *certificateFile) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.looked) >= certificateLook {
		c.looked = now
		_ = c.load()
	}
	return c.current, nil
}
