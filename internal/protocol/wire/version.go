package wire

// Version is the version of the protocol. Each number lists what it added; a control plane serves all of them.
//
//	1  frames hello, welcome, refused, register, registered; requests; presence and events upwards; services channel
//	   and directory
const Version = 1

// Sizes. They bound what one side can make the other one keep.
const (
	MaxFrame   = 16 << 10  // bytes of JSON in a frame, before either side knows the other
	MaxPayload = 128 << 10 // bytes of JSON in a request or an answer; lists are paged, larger things are uploaded
)
