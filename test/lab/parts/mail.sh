# mail: the SMTP sink of ../mailsink.
# shellcheck shell=bash

MAIL_PACKAGES=""
MAIL_PROCESSES="mail"
MAIL_ADDRESS=127.77.0.15

mail_up() {
	running mail && return
	vacant "$MAIL_ADDRESS" 25
	(cd "$HERE" && go build -buildvcs=false -o "$DIR/mailsink" ./mailsink) || return 1
	spawn mail "$DIR/mailsink" -smtp "$MAIL_ADDRESS:25" -http "$MAIL_ADDRESS:8025" -ca "$DIR/mail-ca.crt"
	ready mail listens "$MAIL_ADDRESS" 8025
	cat >"$DIR/mail.json" <<-EOT
	{"smtp": "$MAIL_ADDRESS:25", "http_url": "http://$MAIL_ADDRESS:8025", "ca_file": "$DIR/mail-ca.crt", "pid": $(pid_of mail)}
	EOT
}

mail_down() { stop mail; }
