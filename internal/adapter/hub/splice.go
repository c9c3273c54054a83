package hub

import (
	"io"
	"sync"
)

// spliceBuffer is the size of each of a channel's two buffers. Messages are small, and an idle channel keeps both.
const spliceBuffer = 4 << 10

var spliceBuffers = sync.Pool{New: func() any { return new([spliceBuffer]byte) }}

// splice copies both ways until either side ends; then it calls end, which closes both, and waits.
func splice(a, b io.ReadWriter, end func()) {
	var wg sync.WaitGroup
	wg.Go(func() {
		defer end()
		pump(a, b)
	})
	defer wg.Wait()
	defer end()
	pump(b, a)
}

func pump(to io.Writer, from io.Reader) {
	buf := spliceBuffers.Get().(*[spliceBuffer]byte)
	defer spliceBuffers.Put(buf)
	for {
		n, err := from.Read(buf[:])
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
