package httpapi

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// csvTime prints an instant with its microseconds, so that equal ones stay equal.
const csvTime = "2006-01-02T15:04:05.000000Z"

// byteOrderMark tells spreadsheets that the file is UTF-8.
const byteOrderMark = "\uFEFF"

// csvColumns are the sixteen documented fields (OPS-144) and what we add to them.
var csvColumns = []string{"RecordID", "UtcTimestamp", "CustomerID", "EventType", "TargetID", "TargetDisplayName", "TargetEmail", "TargetUserID",
	"TargetType", "BeforeChanges", "AfterChanges", "AgentID", "ActorID", "ActorDisplayName", "ActorType", "EventMessage",
	"Outcome", "Reason", "ActorAddress", "TransactionID", "Sequence"}

// csvRecord is a record in the order of csvColumns.
func csvRecord(r LogRecord) []string {
	return []string{r.RecordID, r.UTCTimestamp.UTC().Format(csvTime), r.CustomerID, r.EventType, r.TargetID, r.TargetDisplayName, r.TargetEmail, r.TargetUserID,
		r.TargetType, csvFields(r.BeforeChanges), csvFields(r.AfterChanges), r.AgentID, r.ActorID, r.ActorDisplayName, r.ActorType, r.EventMessage,
		r.Outcome, r.Reason, r.ActorAddress, r.TransactionID, strconv.FormatInt(r.Seq, 10)}
}

// csvFields is a map as a JSON object with sorted names; nothing when there is none.
func csvFields(f systemlog.Fields) string {
	if f == nil {
		return ""
	}
	raw, err := json.Marshal(f)
	if err != nil {
		panic("httpapi: a map of strings that is no JSON: " + err.Error())
	}
	return string(raw)
}

// writeCSV writes one line. Source: RFC 4180.
func writeCSV(w io.Writer, cells []string) error {
	var line strings.Builder
	for i, c := range cells {
		if i > 0 {
			line.WriteByte(',')
		}
		line.WriteString(csvCell(c))
	}
	line.WriteString("\r\n")
	_, err := io.WriteString(w, line.String())
	return err
}

// formulaStarts are the characters with which a value would be a formula to a spreadsheet, or might become one when the
// spreadsheet has dropped a control character or folded a full-width one.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// csvCell quotes a value. One that could run as a formula gets an apostrophe in front, which spreadsheets show or hide but
// never run, and so does one that begins with an apostrophe itself: whoever reads the file takes one away from each value that
// begins with it, and has what was stored (OPS-136).
func csvCell(s string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " "))
	if strings.HasPrefix(s, "'") || strings.ContainsRune(formulaStarts, first) {
		s = "'" + s
	}
	if strings.ContainsAny(s, "\",\r\n") || strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}
