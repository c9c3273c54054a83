package signin

import (
	"slices"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/seal"
)

// DeviceLife is how long a browser is known after its last finished sign-in.
const DeviceLife = 180 * 24 * time.Hour

// maxDeviceLogins bounds the logins that one browser is known for; the oldest is forgotten.
const maxDeviceLogins = 8

const useDevice = "signin.device"

// knownDevice is what a browser keeps, sealed, of finished sign-ins. It only decides how failed tries are counted and
// replaces no step of a sign-in. It knows logins and no names: a name may come to mean somebody else.
type knownDevice struct {
	ID     string
	Logins []id.Login
	Until  time.Time
}

// device returns the ID of a browser that is known for all of the logins, "" for any other and for none.
func (s *SignIns) device(sealed string, all ...id.Login) string {
	d := s.openDevice(sealed)
	for _, l := range all {
		if !slices.Contains(d.Logins, l) {
			return ""
		}
	}
	if len(all) == 0 {
		return ""
	}
	return d.ID
}

func (s *SignIns) openDevice(sealed string) knownDevice {
	var d knownDevice
	if err := seal.OpenJSON(s.Sealer, useDevice, sealed, &d); err != nil || s.Clock.Now().After(d.Until) {
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
	d.Logins = append(slices.DeleteFunc(d.Logins, func(known id.Login) bool { return known == l.ID }), l.ID)
	d.Logins = d.Logins[max(0, len(d.Logins)-maxDeviceLogins):]
	d.Until = s.Clock.Now().Add(DeviceLife)
	return seal.JSON(s.Sealer, useDevice, d)
}
