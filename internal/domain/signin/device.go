package signin

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
)

// DeviceLife is how long a browser is known after its last finished sign-in.
const DeviceLife = 180 * 24 * time.Hour

// maxDeviceNames bounds the names that one browser is known for; the oldest is forgotten.
const maxDeviceNames = 8

const useDevice = "signin.device"

// knownDevice is what a browser keeps, sealed, of finished sign-ins. It only decides how failed tries are counted and
// replaces no step of a sign-in.
type knownDevice struct {
	ID    string
	Names []string // folded user names and addresses
	Until time.Time
}

// device returns the ID of a browser that is known for name, "" for any other.
func (s *SignIns) device(sealed, name string) string {
	d := s.openDevice(sealed)
	if !slices.Contains(d.Names, name) {
		return ""
	}
	return d.ID
}

func (s *SignIns) openDevice(sealed string) knownDevice {
	var d knownDevice
	raw, err := s.Sealer.Open(useDevice, sealed)
	if err != nil || json.Unmarshal(raw, &d) != nil || s.Clock.Now().After(d.Until) {
		return knownDevice{}
	}
	return d
}

// remember returns the sealed value of a browser that has just finished a sign-in as l.
func (s *SignIns) remember(sealed string, l Login) (string, error) {
	d := s.openDevice(sealed)
	if d.ID == "" {
		d.ID = id.New("dev")
	}
	for _, name := range []string{Fold(l.UserName), Fold(l.Email)} {
		d.Names = append(slices.DeleteFunc(d.Names, func(n string) bool { return n == name }), name)
	}
	d.Names = d.Names[max(0, len(d.Names)-maxDeviceNames):]
	d.Until = s.Clock.Now().Add(DeviceLife)
	raw, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	return s.Sealer.Seal(useDevice, raw)
}
