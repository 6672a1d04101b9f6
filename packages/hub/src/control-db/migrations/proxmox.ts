/** Connections to Proxmox clusters and backup servers, what became of imports, and who is who. Secrets are sealed. */
export const PROXMOX = `
  ALTER TABLE hosts ADD COLUMN kind TEXT;
  CREATE TABLE proxmox_connections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    kind TEXT NOT NULL CHECK (kind IN ('pve', 'pbs')),
    spec TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE proxmox_nodes (
    connection_id INTEGER NOT NULL REFERENCES proxmox_connections (id) ON DELETE CASCADE,
    node TEXT NOT NULL,
    host_id INTEGER NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
    PRIMARY KEY (connection_id, node)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE imports (
    host_id INTEGER NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL,
    step_ms INTEGER NOT NULL,
    kept_ms INTEGER NOT NULL,
    PRIMARY KEY (host_id, source, from_ms)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE machine_links (
    connection_id INTEGER NOT NULL REFERENCES proxmox_connections (id) ON DELETE CASCADE,
    machine TEXT NOT NULL,
    host_id INTEGER NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
    decision TEXT NOT NULL CHECK (decision IN ('confirmed', 'automatic', 'refused')),
    evidence TEXT NOT NULL,
    PRIMARY KEY (connection_id, machine, host_id)
  ) STRICT, WITHOUT ROWID;`
