import type { Database } from 'bun:sqlite'
import { LumenError } from '@lumen/std/error'
import { ALERTING } from './migrations/alerting.ts'
import { API_KEYS } from './migrations/api-keys.ts'
import { NOTIFY } from './migrations/notify.ts'
import { PROXMOX } from './migrations/proxmox.ts'

/** One entry a version; entry n brings a database of version n to n + 1. Never edited, only appended to. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE users (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL UNIQUE COLLATE NOCASE,
     password_hash TEXT NOT NULL,
     created_at INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE sessions (
     token_hash TEXT PRIMARY KEY,
     user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
     created_at INTEGER NOT NULL,
     last_used_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE hosts (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL UNIQUE COLLATE NOCASE,
     token_hash TEXT NOT NULL UNIQUE,
     created_at INTEGER NOT NULL,
     protocol TEXT,
     agent_version TEXT,
     interval_ms INTEGER,
     facts TEXT
   ) STRICT;
   CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  'ALTER TABLE hosts ADD COLUMN wishes TEXT',
  ALERTING,
  NOTIFY,
  PROXMOX,
  API_KEYS,
]

export const SCHEMA_VERSION = MIGRATIONS.length

/** Brings a control database to this program's version, each step in a transaction of its own.
 * @throws {LumenError} `database_too_new` when a newer program wrote it; nothing is changed then */
export function migrate(db: Database, path: string): void {
  const { user_version: version } = db.query<{ user_version: number }, []>('PRAGMA user_version').get() as {
    user_version: number
  }
  if (version > SCHEMA_VERSION) {
    throw new LumenError(
      'database_too_new',
      `The database ${path} has version ${version}, this program knows up to ${SCHEMA_VERSION}: run the newer Lumen that wrote it, or restore a backup`,
    )
  }
  for (let next = version; next < SCHEMA_VERSION; next++) {
    db.transaction(() => db.exec(`${MIGRATIONS[next]}; PRAGMA user_version = ${next + 1}`)).immediate()
  }
}
