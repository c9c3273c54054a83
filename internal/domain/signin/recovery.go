package signin

import (
	"regexp"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Backup codes: ten of ten characters, 48 random bits each; guessing is bounded by the tries of a sign-in.
const (
	backupCodes      = 10
	backupCodeLength = 10
)

const backupAlphabet = lowerLetters + digits

// backupUse separates the keyed hash of backup codes from its other uses.
const backupUse = "signin.backup-code"

func newBackupCodes() []string {
	out := make([]string, backupCodes)
	for i := range out {
		b := make([]byte, backupCodeLength)
		for j := range b {
			b[j] = pick(backupAlphabet)
		}
		out[i] = string(b)
	}
	return out
}

// ShowBackupCode prints a code as people copy it: two halves.
func ShowBackupCode(code string) string {
	return code[:backupCodeLength/2] + "-" + code[backupCodeLength/2:]
}

// readBackupCode undoes what people do to a code when they type it.
func readBackupCode(typed string) string {
	return strings.NewReplacer(" ", "", "-", "", "\t", "").Replace(strings.ToLower(typed))
}

const (
	fieldPhone   = "phone_form"
	fieldNotKept = "backup_codes_not_kept"
)

// phoneForm is ITU-T E.164 with the international prefix: at most fifteen digits, the first not zero.
var phoneForm = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// readPhone drops what people put between digits. Errors: field errors.
func readPhone(typed string) (string, error) {
	phone := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "", "\u00a0", "").Replace(typed)
	if strings.HasPrefix(phone, "00") {
		phone = "+" + phone[2:]
	}
	if !phoneForm.MatchString(phone) {
		return "", fault.InvalidFields([]fault.Field{{Name: "phone", Code: fieldPhone}})
	}
	return phone, nil
}
