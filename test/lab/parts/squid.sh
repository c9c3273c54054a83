# squid: a forward proxy, open on one port and with Basic authentication on the other.
# shellcheck shell=bash

SQUID_PACKAGES="squid"
SQUID_PROCESSES="squid"
SQUID_ADDRESS=127.77.0.14
SQUID_USER=connector
SQUID_PASSWORD='proxy-of-the-lab'

squid_up() {
	local home="$DIR/squid"
	running squid && return
	vacant "$SQUID_ADDRESS" 3128
	mkdir -p "$home"
	chown proxy: "$home"
	printf '%s:%s\n' "$SQUID_USER" "$(openssl passwd -apr1 "$SQUID_PASSWORD")" >"$home/users"
	squid_conf >"$home/squid.conf"
	spawn squid squid -N -f "$home/squid.conf"
	ready squid listens "$SQUID_ADDRESS" 3129
	cat >"$DIR/squid.json" <<-EOT
	{"open_url": "http://$SQUID_ADDRESS:3128", "basic_url": "http://$SQUID_ADDRESS:3129",
	 "user": "$SQUID_USER", "password": "$SQUID_PASSWORD", "access_log": "$home/access.log", "pid": $(pid_of squid)}
	EOT
}

squid_down() { stop squid; }

# CONNECT goes to any port: what the tests start listens wherever there is room. The access log's first fields are
# the proxy's own port, the method and the target.
squid_conf() {
	cat <<-EOT
	http_port $SQUID_ADDRESS:3128 name=open
	http_port $SQUID_ADDRESS:3129 name=basic
	auth_param basic program /usr/lib/squid/basic_ncsa_auth $home/users
	auth_param basic children 2
	auth_param basic realm lab
	acl open_port myportname open
	acl known_user proxy_auth REQUIRED
	http_access allow open_port
	http_access allow known_user
	http_access deny all
	dns_nameservers $FOREST1_ADDRESS
	dns_timeout 60 seconds
	cache deny all
	cache_mem 8 MB
	max_filedescriptors 4096
	pinger_enable off
	netdb_filename none
	shutdown_lifetime 0 seconds
	visible_hostname squid.lab
	logformat lab %lp %rm %ru %>Hs %un
	access_log stdio:$home/access.log lab
	cache_log $home/cache.log
	pid_filename $home/squid.pid
	coredump_dir $home
	EOT
}
