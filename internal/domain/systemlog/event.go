package systemlog

// Event is one row of the event catalogue. Its values are the generated constants; the zero value is no event.
type Event uint16

// Info says what the catalogue knows about an event.
type Info struct {
	Event      Event
	Name       string // the constant's name; stored with each record and never changed
	Source     string // platform, connectors, licensing, secure-private-access, workspace (OPS-146)
	Documented bool   // in the published catalogue; false: an addition of ours
	Type       string // "platform/administrator/create": service, object, action (OPS-145)
	Failed     bool   // the event tells of a failed operation (OPS-149)
	TargetType string // the kind of target: "administrator", "resourcelocation"
	Before     bool   // the record carries the object's fields before the change (OPS-147)
	After      bool   // the record carries the object's fields after the change
	Label      string // what people read, with the place {brand}
	Alias      string // another spelling of Type that public documents use; "" for none
	message    string // Label with places for values; "" when Label is the message
}

// Outcome is "success" or "failed".
func (i Info) Outcome() string {
	if i.Failed {
		return "failed"
	}
	return "success"
}

// Message is the text of a record, with places for its Args (OPS-129).
func (i Info) Message() string {
	if i.message != "" {
		return i.message
	}
	return i.Label
}

// Info returns the catalogue's row; ok is false for a value that is no event.
func (e Event) Info() (info Info, ok bool) {
	if e == 0 || int(e) >= len(catalogue) {
		return Info{}, false
	}
	return catalogue[e], true
}

// Catalogue returns all events in the order of the file. The caller may keep the slice.
func Catalogue() []Info {
	return append([]Info(nil), catalogue[1:]...)
}

// ByName finds an event by its stored name.
func ByName(name string) (Info, bool) {
	i, ok := byName[name]
	if !ok {
		return Info{}, false
	}
	return catalogue[i], true
}

var byName = func() map[string]Event {
	m := make(map[string]Event, len(catalogue))
	for _, i := range catalogue[1:] {
		m[i.Name] = i.Event
	}
	return m
}()
