import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { QuietReader } from '@lumen/tsdb/hot/quiet-reader'
import type { HostNames } from './views.ts'

/** The hosts a hub has now; null where its control database cannot be read, as beside a copy of the history alone. */
export function hostNames(dataDir: string): HostNames {
  const path = join(dataDir, 'control.db')
  if (!existsSync(path)) return null
  try {
    using reader = new QuietReader(path)
    const hosts = reader.db.query<{ id: number; name: string }, []>('SELECT id, name FROM hosts').all()
    return reader.isUndisturbed() ? new Map(hosts.map(({ id, name }) => [id, name])) : null
  } catch {
    return null
  }
}
