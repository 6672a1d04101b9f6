import { randomUUID } from 'node:crypto'
import type { ControlDb } from '../control-db/control-db.ts'

/** What this hub is called where files of several may lie together. Made once and kept with the data, so a restored hub
 * is the same. */
export async function hubIdOf(db: ControlDb): Promise<string> {
  const [row] = db.read<{ value: string }>("SELECT value FROM settings WHERE key = 'hub_id'")
  const known: unknown = row === undefined ? undefined : JSON.parse(row.value)
  if (typeof known === 'string') return known
  const id = randomUUID()
  await db.run({
    sql: "INSERT INTO settings (key, value) VALUES ('hub_id', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    values: [JSON.stringify(id)],
  })
  return id
}
