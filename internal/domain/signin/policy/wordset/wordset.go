// Package wordset keeps a large fixed set of texts in few bytes: of each text the first 40 bits of its SHA-256, sorted, as
// the differences in unsigned varints. What is not in the set is taken for a member once in two million times at the size of
// half a million texts; what is in the set is always found. Nobody can read the texts out of it.
package wordset

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"sort"
)

// blockSize is how many members lie between two entries of the index; a look-up reads half as many on average.
const blockSize = 256

// ErrDamaged means bytes that Build has not made.
var ErrDamaged = errors.New("wordset: damaged")

// Set is a set made by Build. It is immutable and may be used concurrently.
type Set struct {
	raw   []byte
	index []block
	size  int
}

// block is where a part of the members begins.
type block struct {
	before uint64 // the last member before it, 0 for the first block
	offset int    // in raw
}

// Build encodes the texts; their order and repetitions do not matter.
func Build(texts []string) []byte {
	members := make([]uint64, len(texts))
	for i, s := range texts {
		members[i] = fingerprint(s)
	}
	slices.Sort(members)
	var out []byte
	last := uint64(0)
	for _, m := range slices.Compact(members) {
		out = binary.AppendUvarint(out, m-last)
		last = m
	}
	return out
}

// Parse reads what Build made. raw must not change afterwards. Errors: ErrDamaged.
func Parse(raw []byte) (*Set, error) {
	s := &Set{raw: raw}
	last := uint64(0)
	for offset := 0; offset < len(raw); s.size++ {
		if s.size%blockSize == 0 {
			s.index = append(s.index, block{last, offset})
		}
		d, n := binary.Uvarint(raw[offset:])
		if n <= 0 || s.size > 0 && d == 0 || last+d >= 1<<40 {
			return nil, ErrDamaged
		}
		last += d
		offset += n
	}
	return s, nil
}

// Len is the number of members.
func (s *Set) Len() int { return s.size }

// Contains reports whether text is a member.
func (s *Set) Contains(text string) bool {
	want := fingerprint(text)
	i := sort.Search(len(s.index), func(i int) bool { return s.index[i].before >= want })
	if i > 0 { // the block before the first one that begins at want or later; a member 0 stands in the first
		i--
	}
	if i == len(s.index) {
		return false
	}
	at, member := s.index[i].offset, s.index[i].before
	for range blockSize {
		d, n := binary.Uvarint(s.raw[at:])
		if n <= 0 {
			return false
		}
		if member += d; member >= want {
			return member == want
		}
		at += n
	}
	return false
}

// fingerprint is a number below 2^40.
func fingerprint(text string) uint64 {
	h := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(h[:8]) >> 24
}
