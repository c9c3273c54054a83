package wire

// Hello asks for a channel. Who asks is known from the key of the session.
type Hello struct {
	Protocol   int    `json:"protocol"`
	Facts      Facts  `json:"facts"`
	Instance   string `json:"instance"`   // random for each start of the process
	Generation int64  `json:"generation"` // the newest on the connector's disk; 0 before its first channel
}

// Facts say which machine the connector runs on.
type Facts struct {
	MachineID    string `json:"machineId"`
	HardwareUUID string `json:"hardwareUuid,omitempty"`
	BootID       string `json:"bootId,omitempty"`
	HostName     string `json:"hostName"`
	Domain       string `json:"domain,omitempty"`
	OS           string `json:"os,omitempty"`
	Version      string `json:"version"` // of the connector's software
}

// Welcome grants a channel.
type Welcome struct {
	Protocol      int      `json:"protocol"`
	Customer      string   `json:"customer"`
	Connector     string   `json:"connector"`
	Token         string   `json:"token"`         // opens the message session once, on this session only
	Generation    int64    `json:"generation"`    // on disk before the channel is used
	Pins          []string `json:"pins"`          // the channel keys to trust from now on, best first
	ClockOffsetMs int64    `json:"clockOffsetMs"` // business time minus machine time
}

// Refused ends a session that may not go on. Code is stable; text and hint are for the machine's log.
type Refused struct {
	Code              string `json:"code"`
	Text              string `json:"text"`
	Hint              string `json:"hint,omitempty"`
	Final             bool   `json:"final,omitempty"`             // trying again cannot help: stop
	RetryAfterSeconds int    `json:"retryAfterSeconds,omitempty"` // 0 = as after a lost channel
}

// Register makes the key of the session a connector of the customer's location. It is sent only on a session whose
// control plane was recognised by its pin, or accepted by whoever runs the installation.
type Register struct {
	Protocol     int    `json:"protocol"`
	Customer     string `json:"customer"`
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	Location     string `json:"location,omitempty"` // "" = the control plane chooses
	Facts        Facts  `json:"facts"`
}

// Registered says what the connector is from now on.
type Registered struct {
	Customer  string   `json:"customer"`
	Connector string   `json:"connector"`
	Location  string   `json:"location"`
	Pins      []string `json:"pins"` // the channel keys to trust, best first
}
