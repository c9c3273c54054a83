package saml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beevik/etree"
	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Limits of one XML text (security S41). They hold while reading, so a hostile text costs no more than an honest one.
const (
	maxMessage    = 256 << 10 // of a message that a browser brings, after Base64 and inflating (SSO-058)
	maxBytes      = 1 << 20   // of any text; metadata is the longest
	maxDepth      = 64        // elements inside each other
	maxNodes      = 20_000    // elements, attributes and pieces of text together
	maxAttributes = 40        // of one element, namespace declarations included
	maxBindings   = 64        // namespace declarations in scope: the canonicaliser copies all of them at each element
)

// document is an XML text that passed every check of the reader. Its tree is never changed.
type document struct {
	root  *etree.Element
	space map[*etree.Element]string // namespace of each element; "" is no namespace
}

// readMessage reads a message that a browser brought.
func readMessage(raw []byte) (*document, error) {
	if len(raw) > maxMessage {
		return nil, ErrTooLarge.With("bytes", len(raw))
	}
	return readDocument(raw)
}

// readDocument reads an XML text from outside. Whatever it takes survives the standard library's encoder and decoder
// unchanged (S02); FuzzReader holds that against the round-trip validator.
func readDocument(raw []byte) (*document, error) { return read(raw, nil) }

// readFragment reads one decrypted element as readDocument does, with the namespace declarations that are in scope where
// the element belongs. The element may declare a prefix of its surroundings anew, since it may have been written on its
// own; below it, one prefix has one meaning. The declarations that it did not replace are added to it.
//
// Source: XML Encryption 1.1 §4.4; S36.
func readFragment(raw []byte, scope []binding) (*document, error) {
	doc, err := read(raw, scope)
	if err != nil {
		return nil, err
	}
	for _, b := range scope {
		a := etree.Attr{Space: "xmlns", Key: b.prefix, Value: b.uri}
		if b.prefix == "" {
			a.Space, a.Key = "", "xmlns"
		}
		if !hasAttr(doc.root, a) {
			doc.root.Attr = append(doc.root.Attr, a)
		}
	}
	return doc, nil
}

// readCanonical reads canonical octets that were written from a document which passed readDocument.
func readCanonical(octets []byte) (*document, error) {
	return read(octets, nil)
}

// read is the only XML reader of the protocol packages. It takes UTF-8 only and refuses, while reading: DTDs, comments,
// processing instructions, everything that is not well-formed or not namespace-well-formed, a prefix bound anew to
// another namespace, relative namespace names, and whatever exceeds the limits. Text that is split by CDATA sections
// becomes one piece.
//
// The raw tokenizer of the standard library finds malformed markup; this loop adds what that tokenizer leaves out.
//
// Source: security S01–S03, S05–S08, S41; XML 1.0, Namespaces in XML 1.0.
func read(raw []byte, scope []binding) (*document, error) {
	if len(raw) > maxBytes {
		return nil, ErrTooLarge.With("bytes", len(raw))
	}
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF")) // a byte order mark is not part of the document
	if !utf8.Valid(raw) {
		return nil, ErrEncoding
	}
	r := reader{
		raw: raw, dec: xml.NewDecoder(bytes.NewReader(raw)),
		doc:      &document{space: make(map[*etree.Element]string, 64)},
		bindings: slices.Clone(scope), inherited: len(scope),
	}
	for {
		start := r.dec.InputOffset()
		token, err := r.dec.RawToken()
		switch {
		case errors.Is(err, io.EOF):
			if r.doc.root == nil || r.open != nil {
				return nil, ErrIllFormed.With("offset", start)
			}
			return r.doc, nil
		case err != nil:
			return nil, ErrIllFormed.With("offset", start).Because(err)
		}
		if err := r.take(token, start); err != nil {
			return nil, fault.From(err).With("offset", start)
		}
	}
}

// reader is the state of one run of read.
type reader struct {
	raw   []byte
	dec   *xml.Decoder
	doc   *document
	open  *etree.Element // innermost element that is not closed yet
	depth int
	nodes int
	// bindings are the namespace declarations in scope, innermost last; marks holds their number at each open element.
	bindings  []binding
	inherited int // how many of them come from outside of the text
	marks     []int
	pending   []byte // text of the open element since its last tag
}

type binding struct{ prefix, uri string }

func (r *reader) take(token xml.Token, start int64) error {
	if s, ok := token.(xml.StartElement); ok && len(s.Attr) > maxAttributes {
		return ErrTooComplex
	}
	switch t := token.(type) {
	case xml.Directive:
		return ErrDTD
	case xml.Comment:
		return ErrComment
	case xml.ProcInst:
		if start != 0 || t.Target != "xml" || !isXMLDeclaration(string(t.Inst)) {
			return ErrProcessingInstruction
		}
		return nil
	case xml.EndElement:
		return r.end(t)
	case xml.StartElement:
		return r.start(t, r.raw[start:r.dec.InputOffset()])
	case xml.CharData:
		return r.text(t, r.raw[start:r.dec.InputOffset()])
	}
	return ErrIllFormed
}

func (r *reader) start(t xml.StartElement, markup []byte) error {
	if r.open == nil && r.doc.root != nil {
		return ErrIllFormed // a second root
	}
	r.flush()
	r.nodes += 1 + len(t.Attr)
	r.depth++
	if r.depth > maxDepth || r.nodes > maxNodes {
		return ErrTooComplex
	}
	apart, breaks := inspectTag(markup)
	if !isQName(t.Name) || !apart {
		return ErrIllFormed
	}
	if breaks {
		if err := normalize(t.Attr, markup); err != nil {
			return err
		}
	}
	el := &etree.Element{Space: t.Name.Space, Tag: t.Name.Local}
	if len(t.Attr) > 0 {
		el.Attr = make([]etree.Attr, len(t.Attr))
	}
	r.marks = append(r.marks, len(r.bindings))
	for i, a := range t.Attr {
		if !isQName(a.Name) {
			return ErrIllFormed
		}
		if strings.ContainsRune(a.Value, utf8.RuneError) {
			return ErrIllFormed
		}
		if err := r.declare(a); err != nil {
			return err
		}
		el.Attr[i] = etree.Attr{Space: a.Name.Space, Key: a.Name.Local, Value: a.Value}
	}
	if err := r.distinct(el.Attr); err != nil {
		return err
	}
	uri, bound := lookup(r.bindings, el.Space)
	if !bound { // the prefix xmlns never is
		return ErrNamespace
	}
	r.doc.space[el] = uri
	if r.open == nil {
		r.doc.root = el
	} else {
		r.open.AddChild(el)
	}
	r.open = el
	return nil
}

// declare takes a into scope if it is a namespace declaration.
func (r *reader) declare(a xml.Attr) error {
	var prefix string
	switch {
	case a.Name.Space == "xmlns":
		prefix = a.Name.Local
	case a.Name.Space == "" && a.Name.Local == "xmlns":
	default:
		return nil
	}
	if prefix == "xmlns" || a.Value == nsXML || a.Value == nsXMLNS {
		return ErrNamespace
	}
	if prefix == "" {
		if a.Value != "" && !isAbsolute(a.Value) {
			return ErrNamespace
		}
	} else {
		if !isAbsolute(a.Value) {
			return ErrNamespace
		}
		scope := r.bindings
		if r.open == nil {
			scope = scope[r.inherited:]
		}
		if outer, bound := lookup(scope, prefix); bound && outer != a.Value {
			return ErrNamespace // one prefix, two meanings in one scope (S07); "xml" is always bound
		}
	}
	if r.bindings = append(r.bindings, binding{prefix, a.Value}); len(r.bindings) > maxBindings {
		return ErrTooComplex
	}
	return nil
}

// distinct refuses unbound prefixes and two attributes of one expanded name.
func (r *reader) distinct(attrs []etree.Attr) error {
	var names [maxAttributes]xml.Name
	for i, a := range attrs {
		n := xml.Name{Local: a.Key}
		switch a.Space {
		case "":
		case "xmlns":
			n.Space = nsXMLNS
		default:
			uri, bound := lookup(r.bindings, a.Space)
			if !bound {
				return ErrNamespace
			}
			n.Space = uri
		}
		for _, earlier := range names[:i] {
			if earlier == n {
				return ErrDuplicateAttribute
			}
		}
		names[i] = n
	}
	return nil
}

func lookup(scope []binding, prefix string) (uri string, bound bool) {
	for i := len(scope) - 1; i >= 0; i-- {
		if scope[i].prefix == prefix {
			return scope[i].uri, true
		}
	}
	switch prefix {
	case "":
		return "", true
	case "xml":
		return nsXML, true
	}
	return "", false
}

func (r *reader) end(t xml.EndElement) error {
	if r.open == nil || r.open.Space != t.Name.Space || r.open.Tag != t.Name.Local {
		return ErrIllFormed
	}
	r.flush()
	last := len(r.marks) - 1
	r.bindings, r.marks = r.bindings[:r.marks[last]], r.marks[:last]
	r.depth--
	r.open = r.open.Parent()
	return nil
}

func (r *reader) text(t xml.CharData, markup []byte) error {
	if len(t) == 0 {
		return ErrUnstable // an empty CDATA section does not survive being written
	}
	if r.open == nil {
		if !isSpace(string(markup)) { // the markup: outside the root not even a reference to a space is allowed
			return ErrIllFormed
		}
		return nil
	}
	if bytes.ContainsRune(t, utf8.RuneError) {
		return ErrIllFormed // the tokenizer turns a reference to a surrogate into it; nobody means the character itself
	}
	if r.nodes++; r.nodes > maxNodes {
		return ErrTooComplex
	}
	r.pending = append(r.pending, t...)
	return nil
}

// flush puts the text collected since the last tag into the tree. Joining at the end keeps many CDATA sections linear.
func (r *reader) flush() {
	if len(r.pending) > 0 {
		r.open.CreateText(string(r.pending))
		r.pending = r.pending[:0]
	}
}

// isQName reports whether n, as the raw tokenizer splits it, has a proper local part and no stray colon.
func isQName(n xml.Name) bool {
	first, _ := utf8.DecodeRuneInString(n.Local)
	return !strings.Contains(n.Local, ":") && (first == '_' || unicode.IsLetter(first))
}

// inspectTag looks at the markup of a start tag for what the tokenizer does not tell: whether white space stands before
// each attribute, and whether an attribute value has a line break or a tab in it.
func inspectTag(tag []byte) (apart, breaks bool) {
	var quote byte
	for i, b := range tag {
		switch {
		case quote == 0 && (b == '"' || b == '\''):
			quote = b
		case quote != 0 && b == quote:
			quote = 0
			if i+1 < len(tag) && !strings.ContainsRune(xmlSpace+"/>", rune(tag[i+1])) {
				return false, breaks
			}
		case quote != 0 && (b == '\t' || b == '\n' || b == '\r'):
			breaks = true
		}
	}
	return true, breaks
}

// normalize replaces line breaks and tabs in attribute values by spaces, as XML 1.0 §3.3.3 demands. It cannot tell them
// from character references to them, so a tag that has both kinds of thing is refused.
func normalize(attrs []xml.Attr, markup []byte) error {
	if bytes.Contains(markup, []byte("&#")) {
		return ErrUnstable
	}
	for i := range attrs {
		attrs[i].Value = strings.NewReplacer("\t", " ", "\n", " ").Replace(attrs[i].Value)
	}
	return nil
}

// isXMLDeclaration accepts the content of an XML declaration of version 1.0 in UTF-8.
func isXMLDeclaration(s string) bool {
	s, ok := pseudoAttribute(s, "version", func(v string) bool { return v == "1.0" })
	if !ok {
		return false
	}
	if rest, found := pseudoAttribute(s, "encoding", func(v string) bool { return strings.EqualFold(v, "utf-8") }); found {
		s = rest
	}
	if rest, found := pseudoAttribute(s, "standalone", func(v string) bool { return v == "yes" || v == "no" }); found {
		s = rest
	}
	return isSpace(s)
}

func pseudoAttribute(s, name string, valid func(string) bool) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(trimSpace(s), name)
	if !ok {
		return s, false
	}
	if rest, ok = strings.CutPrefix(trimSpace(rest), "="); !ok {
		return s, false
	}
	rest = trimSpace(rest)
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return s, false
	}
	value, rest, ok := strings.Cut(rest[1:], rest[:1])
	if !ok || !valid(value) {
		return s, false
	}
	return rest, true
}

// isAbsolute reports whether a namespace name begins with a URI scheme and has no white space (S19).
func isAbsolute(uri string) bool {
	scheme, _, found := strings.Cut(uri, ":")
	if !found || scheme == "" || strings.ContainsFunc(uri, func(c rune) bool { return c <= ' ' }) {
		return false
	}
	for i, c := range []byte(scheme) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || !('0' <= c && c <= '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

// xmlSpace is white space as XML defines it; Unicode's is wider.
const xmlSpace = " \t\r\n"

func isSpace(s string) bool     { return trimSpace(s) == "" }
func trimSpace(s string) string { return strings.Trim(s, xmlSpace) }
