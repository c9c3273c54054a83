package saml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// TestPrefixedXMLNSDeclaresNothing calls the check directly: the round trip may refuse such a name before.
func TestPrefixedXMLNSDeclaresNothing(t *testing.T) {
	t.Parallel()
	r := reader{bindings: []binding{{"a", "urn:a"}}}
	require.NoError(t, r.declare(xml.Attr{Name: xml.Name{Space: "a", Local: "xmlns"}, Value: "urn:eve"}))
	require.Len(t, r.bindings, 1)
	require.NoError(t, r.declare(xml.Attr{Name: xml.Name{Local: "xmlns"}, Value: "urn:d"}))
	require.Len(t, r.bindings, 2)
}

// TestDistinct is about the reader's own check of expanded names; the round trip refuses most such tags before.
func TestDistinct(t *testing.T) {
	t.Parallel()
	r := reader{bindings: []binding{{"y", "urn:a"}, {"z", "urn:a"}, {"o", "urn:other"}}}
	require.NoError(t, r.distinct([]etree.Attr{{Space: "y", Key: "c"}, {Space: "o", Key: "c"}, {Key: "c"}}))
	require.ErrorIs(t, r.distinct([]etree.Attr{{Space: "y", Key: "c"}, {Space: "z", Key: "c"}}), ErrDuplicateAttribute)
	require.ErrorIs(t, r.distinct([]etree.Attr{{Space: "q", Key: "c"}}), ErrNamespace)
}

// wellFormed is the document that the cases below spoil in one place each.
const wellFormed = `<?xml version="1.0" encoding="UTF-8"?><a:r xmlns:a="urn:a" xmlns="urn:d" v="1"><b c="2">text</b><a:e/></a:r>`

// TestReaderRefuses spoils one accepted document in one place (S02–S05, S07, S08, S41).
func TestReaderRefuses(t *testing.T) { // Spec: SAM-117
	t.Parallel()
	_, err := readDocument([]byte(wellFormed))
	require.NoError(t, err)
	for _, c := range []struct {
		name, old, new string
		want           error
	}{
		{"empty", wellFormed, "", ErrIllFormed},
		{"white space only", wellFormed, " \n", ErrIllFormed},
		{"declaration only", wellFormed, `<?xml version="1.0"?>`, ErrIllFormed},
		{"text only", wellFormed, "text", ErrIllFormed},
		{"text before the root", "?><a:r", "?>x<a:r", ErrIllFormed},
		{"text after the root", "</a:r>", "</a:r>x", ErrIllFormed},
		{"NUL after the root", "</a:r>", "</a:r>\x00", ErrIllFormed},
		{"reference after the root", "</a:r>", "</a:r>&#32;", ErrIllFormed},
		{"CDATA after the root", "</a:r>", "</a:r><![CDATA[ ]]>", ErrIllFormed},
		{"second root", "</a:r>", "</a:r><a/>", ErrIllFormed},
		{"second root, same name", "</a:r>", `</a:r><a:r xmlns:a="urn:a"/>`, ErrIllFormed},
		{"open root", "</a:r>", "", ErrIllFormed},
		{"crossed tags", "text</b><a:e/></a:r>", "text<a:e></b></a:e></a:r>", ErrIllFormed},
		{"wrong end tag", "</b>", "</c>", ErrIllFormed},
		{"end tag of another prefix", "</b>", "</a:b>", ErrIllFormed},
		{"end tag without prefix", "</a:r>", "</r>", ErrIllFormed},
		{"end tag too many", "</a:r>", "</a:r></a:r>", ErrIllFormed},
		{"end tag with attribute", "</b>", `</b c="1">`, ErrIllFormed},
		{"half a tag", "<a:e/>", "<a:e", ErrIllFormed},
		{"space before the name", "<b c", "< b c", ErrIllFormed},
		{"attribute without quotes", `c="2"`, `c=2`, ErrIllFormed},
		{"attribute without value", `c="2"`, `c`, ErrIllFormed},
		{"attributes without space", `c="2"`, `c="2"d="3"`, ErrIllFormed},
		{"less-than in an attribute", `c="2"`, `c="<"`, ErrIllFormed},
		{"end of CDATA in text", "text", "te]]>xt", ErrIllFormed},
		{"bare ampersand", "text", "te & xt", ErrIllFormed},
		{"unknown entity", "text", "&eve;", ErrIllFormed},
		{"HTML entity", "text", "&nbsp;", ErrIllFormed},
		{"reference to NUL", "text", "&#0;", ErrIllFormed},
		{"reference to a surrogate", "text", "&#xD800;", ErrIllFormed},
		{"reference to a surrogate in an attribute", `c="2"`, `c="&#55296;"`, ErrIllFormed},
		{"replacement character", "text", "te\uFFFDxt", ErrIllFormed},
		{"reference beyond Unicode", "text", "&#x110000;", ErrIllFormed},
		{"control character", "text", "te\x01xt", ErrIllFormed},
		{"U+FFFE", "text", "te\uFFFExt", ErrIllFormed},
		{"name begins with a digit", "<a:e/>", "<a:1/>", ErrIllFormed},
		{"name begins with a hyphen", "<a:e/>", "<a:-e/>", ErrIllFormed},
		{"empty prefix", "<a:e/>", "<:e/>", ErrIllFormed},
		{"empty local name", "<a:e/>", "<a:/>", ErrIllFormed},
		{"two colons", "<a:e/>", "<a:e:f/>", ErrIllFormed},
		{"double colon", "<a:e/>", "<a::e/>", ErrIllFormed},
		{"attribute with empty prefix", `c="2"`, `:c="2"`, ErrIllFormed},
		{"attribute with empty local name", `c="2"`, `a:="2"`, ErrIllFormed},
		{"attribute with two colons", `c="2"`, `a:c:d="2"`, ErrIllFormed},
		{"declaration of nothing", `xmlns:a="urn:a"`, `xmlns:="urn:a"`, ErrIllFormed},
		{"unbound prefix of an element", "<a:e/>", "<z:e/>", ErrNamespace},
		{"unbound prefix of an attribute", `c="2"`, `z:c="2"`, ErrNamespace},
		{"prefix out of scope", "<b c=\"2\">text</b><a:e/>", `<b c="2" xmlns:z="urn:z">text</b><z:e/>`, ErrNamespace},
		{"prefix xmlns on an element", "<a:e/>", "<xmlns:e/>", ErrNamespace},
		{"prefix bound to nothing", `xmlns:a="urn:a"`, `xmlns:a=""`, ErrNamespace},
		{"prefix bound anew", `<b c="2">`, `<b c="2" xmlns:a="urn:other">`, ErrNamespace},
		{"xml bound anew", `<b c="2">`, `<b c="2" xmlns:xml="urn:other">`, ErrNamespace},
		{"xml declared", `<b c="2">`, `<b c="2" xmlns:xml="http://www.w3.org/XML/1998/namespace">`, ErrNamespace},
		{"xmlns declared", `<b c="2">`, `<b c="2" xmlns:xmlns="urn:x">`, ErrNamespace},
		{"prefix for the XML namespace", `<b c="2">`, `<b c="2" xmlns:z="http://www.w3.org/XML/1998/namespace">`, ErrNamespace},
		{"XMLNS as default", `<b c="2">`, `<b c="2" xmlns="http://www.w3.org/2000/xmlns/">`, ErrNamespace},
		{"relative default namespace", `<b c="2">`, `<b c="2" xmlns="relative">`, ErrNamespace},
		{"relative namespace", `<b c="2">`, `<b c="2" xmlns:z="./relative">`, ErrNamespace},
		{"path as namespace", `<b c="2">`, `<b c="2" xmlns:z="/path">`, ErrNamespace},
		{"scheme that begins with a digit", `<b c="2">`, `<b c="2" xmlns:z="1x:b">`, ErrNamespace},
		{"scheme with a character of none", `<b c="2">`, `<b c="2" xmlns:z="x_y:b">`, ErrNamespace},
		{"namespace with a space", `<b c="2">`, `<b c="2" xmlns:z="urn:a b">`, ErrNamespace},
		{"attribute twice", `c="2"`, `c="2" c="2"`, ErrDuplicateAttribute},
		{"attribute twice, other value", `c="2"`, `c="2" c="3"`, ErrDuplicateAttribute},
		{"attribute twice by two prefixes", `c="2"`, `xmlns:z="urn:a" z:c="2" a:c="3"`, ErrDuplicateAttribute},
		{"declaration twice", `xmlns:a="urn:a"`, `xmlns:a="urn:a" xmlns:a="urn:a"`, ErrDuplicateAttribute},
		{"comment", "text", "te<!-- c -->xt", ErrComment},
		{"comment between elements", "</b>", "</b><!-- c -->", ErrComment},
		{"comment before the root", "?><a:r", "?><!-- c --><a:r", ErrComment},
		{"comment after the root", "</a:r>", "</a:r><!---->", ErrComment},
		{"instruction in a value", "text", "te<?pi?>xt", ErrProcessingInstruction},
		{"instruction between elements", "</b>", "</b><?pi x?>", ErrProcessingInstruction},
		{"instruction after the root", "</a:r>", "</a:r><?pi?>", ErrProcessingInstruction},
		{"style sheet", "?><a:r", `?><?xml-stylesheet href="x"?><a:r`, ErrProcessingInstruction},
		{"declaration inside", "</b>", `</b><?xml version="1.0"?>`, ErrProcessingInstruction},
		{"declaration after a space", "<?xml v", " <?xml v", ErrProcessingInstruction},
		{"declaration twice", "?><a:r", `?><?xml version="1.0"?><a:r`, ErrProcessingInstruction},
		{"declaration without version", `version="1.0" `, "", ErrProcessingInstruction},
		{"declaration in upper case", "<?xml", "<?XML", ErrProcessingInstruction},
		{"declaration with more", `"UTF-8"`, `"UTF-8" eve="1"`, ErrProcessingInstruction},
		{"declaration in wrong order", `version="1.0" encoding="UTF-8"`, `encoding="UTF-8" version="1.0"`, ErrProcessingInstruction},
		{"XML 1.1", `"1.0"`, `"1.1"`, ErrIllFormed},
		{"Latin-1", "UTF-8", "ISO-8859-1", ErrIllFormed},
		{"UTF-7", "UTF-8", "UTF-7", ErrIllFormed},
		{"UTF-16 by name", "UTF-8", "UTF-16", ErrIllFormed},
		{"overlong octets", "text", "te\xC0\xAFxt", ErrEncoding},
		{"lone octet", "text", "te\xFFxt", ErrEncoding},
		{"encoded surrogate", "text", "te\xED\xA0\x80xt", ErrEncoding},
		{"DTD", "?><a:r", "?><!DOCTYPE a:r><a:r", ErrDTD},
		{"DTD with an external entity", "?><a:r", `?><!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]><a:r`, ErrDTD},
		{"DTD with a default attribute", "?><a:r", `?><!DOCTYPE r [<!ATTLIST r ID ID "x">]><a:r`, ErrDTD},
		{"DTD after a comment inside", "?><a:r", `?><!DOCTYPE r [<!-- > -->]><a:r`, ErrDTD},
		{"DTD inside", "</b>", "</b><!DOCTYPE r>", ErrDTD},
		{"DTD after the root", "</a:r>", "</a:r><!DOCTYPE r>", ErrDTD},
		{"entity declaration", "</b>", `</b><!ENTITY x "y">`, ErrDTD},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, 1, strings.Count(wellFormed, c.old), "the case must spoil one place")
			_, err := readDocument([]byte(strings.Replace(wellFormed, c.old, c.new, 1)))
			require.Truef(t, errors.Is(err, c.want), "got %v, want %v", err, c.want)
		})
	}
	utf16 := []byte("\xFF\xFE<\x00a\x00/\x00>\x00")
	_, err = readDocument(utf16)
	require.ErrorIs(t, err, ErrEncoding)
}

// TestReaderAccepts are the twins of refusals that come close.
func TestReaderAccepts(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{`c="2"`, `c="2"  d='3'`}, {`c="2"`, `c="'>" d='"/>'`}, {`c="2"`, `a:c="2" c="3"`}, {`c="2"`, `xml:lang="de"`},
		{`<b c="2">`, `<b c="2" xmlns:a="urn:a">`}, {`<b c="2">`, `<b c="2" xmlns="">`}, {`<b c="2">`, `<b c="2" xmlns="urn:other">`},
		{"text", "&lt;&gt;&amp;&apos;&quot;&#x10FFFF;"}, {"text", "]] >"}, {"text", "<![CDATA[<!-- & ]]>"}, {"<a:e/>", "<a:é_-.1/>"}, {"</b>", "</b\n>"},
	} {
		_, err := readDocument([]byte(strings.Replace(wellFormed, c[0], c[1], 1)))
		require.NoError(t, err, c[1])
	}
}

// TestWholeText reads values that other readers cut: everything between the tags is the value (S04).
func TestWholeText(t *testing.T) {
	t.Parallel()
	doc, err := readDocument([]byte(`<a>adm<![CDATA[in@corp.example]]>.evil&#46;example</a>`))
	require.NoError(t, err)
	text, err := textOf(doc.root)
	require.NoError(t, err)
	require.Equal(t, "admin@corp.example.evil.example", text)
}

func declarations(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, ` xmlns:p%d="u:%d"`, i, i)
	}
	return b.String()
}

// TestAttributeValueNormalization has line breaks and tabs in values; a reference to a line break is another thing.
func TestAttributeValueNormalization(t *testing.T) {
	t.Parallel()
	for markup, want := range map[string]string{"\n": " ", "\r\n": " ", "\t": " ", "&#10;": "\n", "&#x9;": "\t", "&#13;": "\r"} {
		doc, err := readDocument([]byte(`<a b="x` + markup + `y"/>`))
		require.NoError(t, err)
		got, _ := attr(doc.root, "b")
		require.Equal(t, "x"+want+"y", got)
	}
	_, err := readDocument([]byte("<a b=\"x\n&#10;y\"/>"))
	require.ErrorIs(t, err, ErrUnstable)
}

// TestLimits goes to each limit and one beyond (S41).
func TestLimits(t *testing.T) {
	t.Parallel()
	attributes := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, ` a%d=""`, i)
		}
		return "<a" + b.String() + "/>"
	}
	for name, c := range map[string]struct {
		good, bad string
		want      error
	}{
		"bytes":      {"<a>" + strings.Repeat("x", maxBytes-7) + "</a>", "<a>" + strings.Repeat("x", maxBytes-6) + "</a>", ErrTooLarge},
		"depth":      {strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth), strings.Repeat("<a>", maxDepth+1) + strings.Repeat("</a>", maxDepth+1), ErrTooComplex},
		"nodes":      {"<a>" + strings.Repeat("<b/>", maxNodes-1) + "</a>", "<a>" + strings.Repeat("<b/>", maxNodes) + "</a>", ErrTooComplex},
		"attributes": {attributes(maxAttributes), attributes(maxAttributes + 1), ErrTooComplex},
		"bindings": {
			"<a" + declarations(0, 38) + "><b" + declarations(38, 64) + "/></a>", "<a" + declarations(0, 38) + "><b" + declarations(38, 65) + "/></a>", ErrTooComplex,
		},
		"texts": {
			"<a>" + strings.Repeat("<![CDATA[x]]>", maxNodes-1) + "</a>", "<a>" + strings.Repeat("<![CDATA[x]]>", maxNodes) + "</a>", ErrTooComplex,
		},
	} {
		_, err := readDocument([]byte(c.good))
		require.NoError(t, err, name)
		_, err = readDocument([]byte(c.bad))
		require.ErrorIs(t, err, c.want, name)
	}
}

// TestHostileSizesAreCheap bounds the time of the worst texts that the limits let through. The bound is far above what
// a linear reader needs and far below what a quadratic one does.
func TestHostileSizesAreCheap(t *testing.T) {
	t.Parallel()
	var attributes strings.Builder
	for attributes.Len() < maxBytes-100 {
		fmt.Fprintf(&attributes, ` a:x%d="" `, attributes.Len())
	}
	for name, text := range map[string]string{
		"attributes": `<a xmlns:a="urn:a"` + attributes.String() + "/>",
		"depth":      strings.Repeat("<a>", maxBytes/3),
		"elements":   "<a>" + strings.Repeat("<b/>", maxBytes/4-2) + "</a>",
		"sections":   "<a>" + strings.Repeat("<![CDATA[x]]>", maxBytes/13-1) + "</a>",
		"references": "<a>" + strings.Repeat("&lt;", maxBytes/4-2) + "</a>",
		"laughs":     `<!DOCTYPE a [<!ENTITY b "` + strings.Repeat("&c;", maxBytes/4) + `">]><a>&b;</a>`,
	} {
		start := time.Now()
		_, _ = readDocument([]byte(text))
		require.Lessf(t, time.Since(start), time.Minute, name)
	}
}

// TestOffsetIsNamed tells an administrator where the text is spoilt.
func TestOffsetIsNamed(t *testing.T) {
	t.Parallel()
	_, err := readDocument([]byte("<a>&eve;</a>"))
	require.EqualValues(t, 3, fault.From(err).Args["offset"])
	require.True(t, bytes.Contains([]byte(err.Error()), []byte("saml_ill_formed")))
}

// TestMessageLimit refuses a message that is too long before anything of it is read.
func TestMessageLimit(t *testing.T) { // Spec: SSO-058
	t.Parallel()
	text := func(n int) []byte { return []byte("<a>" + strings.Repeat("x", n-7) + "</a>") }
	_, err := readMessage(text(maxMessage))
	require.NoError(t, err)
	_, err = readMessage(text(maxMessage + 1))
	require.ErrorIs(t, err, ErrTooLarge)
	_, err = readDocument(text(maxMessage + 1))
	require.NoError(t, err, "metadata may be longer")
	_, err = readDocument([]byte("<a><![CDATA[]]></a>"))
	require.ErrorIs(t, err, ErrUnstable)
}
