# samba: two Active Directory forests, each one domain controller on a loopback address of its own.
# shellcheck shell=bash

SAMBA_PACKAGES="samba samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules python3-samba winbind ldap-utils"
SAMBA_PROCESSES="forest1 forest2"
FOREST1_ADDRESS=127.77.0.11
FOREST2_ADDRESS=127.77.0.12
ADMIN_PASSWORD='Admin-of-the-lab-1'
PEOPLE_PASSWORD='Person-of-the-lab-1'
SERVICE_PASSWORD='Service-of-the-lab-1'
FOREST_CACHE=${CAUSEWAY_LAB_CACHE-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/causeway-lab}

samba_up() {
	local first second rc=0
	forest_up 1 & first=$!
	forest_up 2 & second=$!
	wait $first || rc=1
	wait $second || rc=1
	[ $rc = 0 ] || return 1
	printf '[%s,\n%s]' "$(forest_json 1)" "$(forest_json 2)" >"$DIR/samba.json"
}

samba_down() { stop forest1; stop forest2; }

forest_address() { local name=FOREST$1_ADDRESS; echo "${!name}"; }

forest_up() {
	local n=$1 home="$DIR/forest$1"
	running "forest$n" && return
	vacant "$(forest_address "$n")" 636
	loopback "$(forest_address "$n")"
	if [ ! -e "$home/facts.json" ] && ! forest_restore "$n"; then
		forest_provision "$n" || { tail -n 20 "$DIR/log/forest$n" >&2; return 1; }
		forest_save "$n"
	fi
	forest_conf "$n" >"$home/smb.conf"
	# One process in the foreground and no other group: `stop` has one thing to end.
	spawn "forest$n" samba --interactive --no-process-group --model=single --configfile="$home/smb.conf"
	ready "forest$n" forest_answers "$n"
}

# Samba has no "who am I" operation, so the probe binds as the service account and reads the rootDSE.
forest_answers() {
	LDAPTLS_CACERT="$DIR/forest$1/ca.crt" ldapsearch -x -H "ldaps://$(forest_address "$1")" -o nettimeout=3 \
		-D "svc-ldap@forest$1.local" -w "$SERVICE_PASSWORD" -b '' -s base 1.1
}

# A provisioned forest is kept as an archive, named after all that went into it.
forest_archive() {
	local key
	key=$(cat "$HERE/parts/samba.sh" "$HERE/parts/forest.py" <(samba --version) <(echo "$1") | sha256sum | cut -c1-16)
	echo "$FOREST_CACHE/forest$1-$key.tar.gz"
}

forest_restore() {
	local archive
	[ -n "$FOREST_CACHE" ] || return 1
	archive=$(forest_archive "$1")
	[ -s "$archive" ] || return 1
	mkdir -p "$DIR/forest$1" && tar -C "$DIR/forest$1" -xzf "$archive"
}

forest_save() {
	local archive
	[ -n "$FOREST_CACHE" ] || return 0
	archive=$(forest_archive "$1")
	mkdir -p "$FOREST_CACHE"
	find "$FOREST_CACHE" -name "forest$1-*" -mtime +7 -delete
	tar -C "$DIR/forest$1" --use-compress-program='gzip -1' -cf "$archive.$$" . && mv "$archive.$$" "$archive"
}

forest_provision() {
	local n=$1 home="$DIR/forest$1" address
	address=$(forest_address "$n")
	rm -rf "$home"
	mkdir -p "$home"
	# The empty base file keeps the machine's own /etc/samba/smb.conf out. The fixed domain SID makes every person's
	# SID the same each time. xattr_tdb: containers seldom offer the extended attributes that sysvol's ACLs want.
	printf '[global]\n' >"$home/base.conf"
	samba-tool domain provision --configfile="$home/base.conf" --targetdir="$home" \
		--realm="FOREST$n.LOCAL" --domain="FOREST$n" --server-role=dc --dns-backend=SAMBA_INTERNAL \
		--host-name="dc$n" --host-ip="$address" --adminpass="$ADMIN_PASSWORD" \
		--domain-sid="S-1-5-21-1100000000-2200000000-330000000$n" --function-level=2008_R2 \
		--option="interfaces=$address/32" --option="bind interfaces only=yes" \
		--option="vfs objects=dfs_samba4 acl_xattr xattr_tdb" >>"$DIR/log/forest$n" 2>&1 || return 1
	mkdir -p "$home/pid" "$home/ncalrpc" "$home/cache" "$home/ntp"
	forest_certificate "$n" || return 1
	forest_conf "$n" >"$home/smb.conf"
	# The samba bindings belong to Debian's interpreter, whatever python3 the PATH finds.
	PEOPLE_PASSWORD=$PEOPLE_PASSWORD SERVICE_PASSWORD=$SERVICE_PASSWORD \
		/usr/bin/python3 "$HERE/parts/forest.py" "$n" "$home" "$FOREST1_ADDRESS" >>"$DIR/log/forest$n" 2>&1
}

# The certificate that Samba makes for itself has no subjectAltName, which Go refuses.
forest_certificate() {
	local n=$1 home="$DIR/forest$1"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=Forest $n root" -keyout "$home/ca.key" -out "$home/ca.crt" \
		-addext keyUsage=critical,keyCertSign,cRLSign 2>>"$DIR/log/forest$n" &&
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3000 -subj "/CN=dc$n.forest$n.local" -CA "$home/ca.crt" -CAkey "$home/ca.key" \
		-addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth \
		-addext "subjectAltName=DNS:dc$n.forest$n.local,DNS:forest$n.local,IP:$(forest_address "$n")" \
		-keyout "$home/server.key" -out "$home/server.crt" 2>>"$DIR/log/forest$n" &&
	chmod 600 "$home/server.key" # Samba serves no TLS with a key that others may read
}

# The whole configuration. Forest 1's DNS asks forest 2 for what it does not know, so that one resolver serves both;
# forest 2 asks nobody.
forest_conf() {
	local n=$1 home="$DIR/forest$1"
	cat <<-EOT
	[global]
		netbios name = DC$n
		realm = FOREST$n.LOCAL
		workgroup = FOREST$n
		server role = active directory domain controller
		server services = ldap, cldap, kdc, dns, rpc
		interfaces = $(forest_address "$n")/32
		bind interfaces only = yes
		disable netbios = yes
		$([ "$n" != 1 ] || echo "dns forwarder = $FOREST2_ADDRESS")
		private dir = $home/private
		state directory = $home/state
		cache directory = $home/cache
		lock directory = $home
		pid directory = $home/pid
		ncalrpc dir = $home/ncalrpc
		ntp signd socket directory = $home/ntp
		binddns dir = $home/bind-dns
		log level = 1
		tls certfile = $home/server.crt
		tls keyfile = $home/server.key
		tls cafile = $home/ca.crt
		ldap server require strong auth = yes
		load printers = no
		vfs objects = dfs_samba4 acl_xattr xattr_tdb
	EOT
}

# forest_json adds what depends on this start to the facts that forest.py wrote.
forest_json() {
	local n=$1 home="$DIR/forest$1" address
	address=$(forest_address "$n")
	cat <<-EOT
	{"domain": "forest$n.local", "netbios": "FOREST$n", "base_dn": "DC=forest$n,DC=local",
	 "controller": "dc$n.forest$n.local", "address": "$address", "pid": $(pid_of "forest$n"),
	 "ldap_url": "ldap://$address:389", "ldaps_url": "ldaps://$address:636", "global_catalog_url": "ldaps://$address:3269",
	 "dns": "$address:53", "ca_file": "$home/ca.crt",
	 "administrator": {"upn": "administrator@forest$n.local", "password": "$ADMIN_PASSWORD"},
	 "service": {"upn": "svc-ldap@forest$n.local", "password": "$SERVICE_PASSWORD"},
	 $(sed '1s/^{//' "$home/facts.json")
	EOT
}
