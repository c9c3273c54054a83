# saml: SimpleSAMLphp as an identity provider that shares no code with ours, served by PHP's own web server.
# shellcheck shell=bash

# micro-httpd, netcat and php-cgi only satisfy the package's wish for a web server, with the least there is.
SAML_PACKAGES="simplesamlphp php-cli php-cgi php-xml php-mbstring micro-httpd netcat-traditional"
SAML_PROCESSES="saml"
SAML_PORT=8480
# Browsers resolve *.localhost to 127.0.0.1 by themselves, and take lab.localhost for another site than ours.
SAML_URL=http://idp.lab.localhost:$SAML_PORT

saml_up() {
	local home="$DIR/saml"
	running saml && return
	vacant 127.0.0.1 "$SAML_PORT"
	mkdir -p "$home/sp" "$home/people" "$home/cert" "$home/log" "$home/tmp" "$home/sessions"
	cp -R "$HERE/simplesamlphp/." "$home/config"
	[ -s "$home/cert/idp.key" ] || openssl req -x509 -newkey rsa:2048 -sha256 -nodes -days 3650 -subj "/CN=idp.lab.localhost" \
		-keyout "$home/cert/idp.key" -out "$home/cert/idp.crt" 2>>"$DIR/log/saml" || return 1
	chmod 644 "$home/cert/idp.key" # of this throw-away identity provider; PHP does not run as root
	chown www-data: "$home/log" "$home/tmp" "$home/sessions"
	spawn saml setpriv --reuid www-data --regid www-data --init-groups env -i PATH="$PATH" PHP_CLI_SERVER_WORKERS=4 \
		SIMPLESAMLPHP_CONFIG_DIR="$home/config" LAB_DIR="$DIR" LAB_SAML_URL="$SAML_URL" LAB_PASSWORD="$PEOPLE_PASSWORD" \
		php -d session.gc_probability=0 -S "127.0.0.1:$SAML_PORT" -t /usr/share/simplesamlphp/www
	ready saml listens 127.0.0.1 "$SAML_PORT"
	cat >"$DIR/saml.json" <<-EOT
	{"base_url": "$SAML_URL", "entity_id": "$SAML_URL/saml2/idp/metadata.php", "metadata_url": "$SAML_URL/saml2/idp/metadata.php",
	 "sso_url": "$SAML_URL/saml2/idp/SSOService.php", "slo_url": "$SAML_URL/saml2/idp/SingleLogoutService.php",
	 "certificate_file": "$home/cert/idp.crt", "key_file": "$home/cert/idp.key", "password": "$PEOPLE_PASSWORD",
	 "sp_dir": "$home/sp", "people_dir": "$home/people", "log_file": "$home/log/simplesamlphp.log", "pid": $(pid_of saml)}
	EOT
}

saml_down() { stop saml; }
