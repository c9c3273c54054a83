package federation

import (
	"errors"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
)

// unavailableEvery is how often administrators are told that the directory cannot be asked, for one connection.
const unavailableEvery = time.Hour

// unavailable tells administrators that somebody was refused because no connector could say what the assertion left out, once
// in unavailableEvery (SAM-227).
func (s *SignIns) unavailable(o Origin, t Trace, refusal error) []jobs.Job {
	if o.Purpose.Tests() || !errors.Is(refusal, ErrAttributes) || !unreachable(refusal) {
		return nil
	}
	var names []string
	for _, f := range fault.From(refusal).Fields {
		names = append(names, f.Name)
	}
	once := string(o.Connection) + " " + t.Time.UTC().Truncate(unavailableEvery).Format(time.RFC3339)
	return []jobs.Job{notify.JobOnce(o.Customer, notify.DirectoryUnavailable, once, map[string]string{"nickname": t.ConnectionName,
		"connectionId": string(o.Connection), "attributes": strings.Join(names, ", ")})}
}
