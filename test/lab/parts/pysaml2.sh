# pysaml2: a second SAML identity provider, in Python, whose logout shares code neither with ours nor with SimpleSAMLphp's.
# shellcheck shell=bash

PYSAML2_PACKAGES="python3-pysaml2 xmlsec1"
PYSAML2_PROCESSES="pysaml2"
PYSAML2_PORT=8482
PYSAML2_URL=http://second-idp.lab.localhost:$PYSAML2_PORT

pysaml2_up() {
	local home="$DIR/pysaml2"
	running pysaml2 && return
	vacant 127.0.0.1 "$PYSAML2_PORT"
	mkdir -p "$home/sp" "$home/people" "$home/cert"
	[ -s "$home/cert/idp.key" ] || openssl req -x509 -newkey rsa:2048 -sha256 -nodes -days 3650 -subj "/CN=second-idp.lab.localhost" \
		-keyout "$home/cert/idp.key" -out "$home/cert/idp.crt" 2>>"$DIR/log/pysaml2" || return 1
	chmod 644 "$home/cert/idp.key" # of this throw-away identity provider, which does not run as root
	cp "$HERE/pysaml2/idp.py" "$home/idp.py"
	# Debian's own interpreter: its packages are not those of another one in PATH.
	spawn pysaml2 setpriv --reuid nobody --clear-groups env -i PATH="$PATH" PYTHONDONTWRITEBYTECODE=1 \
		/usr/bin/python3 "$home/idp.py" 127.0.0.1 "$PYSAML2_PORT" "$PYSAML2_URL" "$home" "$PEOPLE_PASSWORD"
	ready pysaml2 listens 127.0.0.1 "$PYSAML2_PORT"
	cat >"$DIR/pysaml2.json" <<-EOT
	{"base_url": "$PYSAML2_URL", "entity_id": "$PYSAML2_URL/metadata", "metadata_url": "$PYSAML2_URL/metadata",
	 "sso_url": "$PYSAML2_URL/sso", "slo_url": "$PYSAML2_URL/slo", "certificate_file": "$home/cert/idp.crt", "key_file": "$home/cert/idp.key",
	 "password": "$PEOPLE_PASSWORD", "sp_dir": "$home/sp", "people_dir": "$home/people", "log_file": "$DIR/log/pysaml2", "pid": $(pid_of pysaml2)}
	EOT
}

pysaml2_down() { stop pysaml2; }
