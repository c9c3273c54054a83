# postgres: a throw-away cluster of Debian's PostgreSQL, with fsync on as in production.
# shellcheck shell=bash

POSTGRES_PACKAGES="postgresql"
POSTGRES_PROCESSES="postgres"
POSTGRES_ADDRESS=127.77.0.13
POSTGRES_PASSWORD='database-of-the-lab'

# PostgreSQL refuses to run as root.
AS_POSTGRES=(setpriv --reuid postgres --regid postgres --init-groups env -i LANG=C.UTF-8)

postgres_bin() { find /usr/lib/postgresql -path '*/bin/initdb' | sort -V | tail -n 1 | xargs dirname; }

postgres_up() {
	local home="$DIR/postgres" bin
	bin=$(postgres_bin)
	running postgres && return
	vacant "$POSTGRES_ADDRESS" 5432
	mkdir -p "$home"
	chown postgres: "$home"
	if [ ! -s "$home/data/PG_VERSION" ]; then
		install -o postgres -m 600 <(echo "$POSTGRES_PASSWORD") "$home/password"
		"${AS_POSTGRES[@]}" "$bin/initdb" --pgdata="$home/data" --username=causeway --pwfile="$home/password" \
			--auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >>"$DIR/log/postgres" 2>&1 || {
			tail -n 5 "$DIR/log/postgres" >&2
			return 1
		}
	fi
	# The locks of a killed server: their pid may belong to anybody by now.
	rm -f "$home/data/postmaster.pid" "$home"/.s.PGSQL.*
	spawn postgres "${AS_POSTGRES[@]}" "$bin/postgres" -D "$home/data" \
		-c listen_addresses="$POSTGRES_ADDRESS" -c unix_socket_directories="$home" -c max_connections=300 -c shared_buffers=64MB -c fsync=on
	ready postgres "$bin/pg_isready" -q -h "$POSTGRES_ADDRESS" -U causeway -d postgres
	cat >"$DIR/postgres.json" <<-EOT
	{"dsn": "postgres://causeway:$POSTGRES_PASSWORD@$POSTGRES_ADDRESS:5432/postgres?sslmode=disable",
	 "socket_dir": "$home", "user": "causeway", "password": "$POSTGRES_PASSWORD", "pid": $(pid_of postgres), "bin_dir": "$bin"}
	EOT
}

postgres_down() { stop postgres INT; } # INT: end now, with a checkpoint, whoever is connected
