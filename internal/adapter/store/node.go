package store

import (
	"context"
	"time"
)

// Nodes implements the hub's table of nodes.
type Nodes struct{ db *DB }

// Nodes returns the table of nodes.
func (db *DB) Nodes() *Nodes { return &Nodes{db} }

// Beat keeps that the node is alive at now, with the address of its route listener, and returns the addresses of the
// other nodes that were alive at since or later. It leaves no record.
func (s *Nodes) Beat(ctx context.Context, node, addr string, now, since time.Time) ([]string, error) {
	var others []string
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		if _, err := tx.ExecContext(ctx, `
			insert into node (id, cluster_addr, started_at, seen_at) values ($1, $2, $3, $3)
			on conflict (id) do update set cluster_addr = excluded.cluster_addr, seen_at = excluded.seen_at`, node, addr, now.UnixMicro()); err != nil {
			return err
		}
		others = others[:0]
		return tx.SelectContext(ctx, &others, `select cluster_addr from node where id <> $1 and seen_at >= $2 and cluster_addr <> '' order by id`, node, since.UnixMicro())
	})
	return others, err
}

// Leave forgets the node. It leaves no record.
func (s *Nodes) Leave(ctx context.Context, node string) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `delete from node where id = $1`, node)
		return err
	})
}
