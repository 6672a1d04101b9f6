import { Database } from 'bun:sqlite'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspectTsdb } from '@lumen/tsdb/inspect'
import { coldFiles } from '../backup/data-snapshot.ts'

/** Everything a data directory of a stopped hub holds that a backup is to bring back: users, hosts, settings, every
 * bucket, every durable range and the cold files, byte for byte. */
export function contentOf(dataDir: string) {
  using db = new Database(join(dataDir, 'control.db'), { readwrite: true, create: false })
  const control = Object.fromEntries(
    ['users', 'hosts'].map((table) => [table, db.query(`SELECT * FROM ${table}`).all()]),
  )
  const tsdb = join(dataDir, 'tsdb')
  using inspection = existsSync(join(tsdb, 'hot.db')) ? inspectTsdb(tsdb) : undefined
  return {
    control,
    rollups: [...(inspection?.rollups() ?? []), ...(inspection?.coldRollups() ?? [])],
    durable: inspection?.durable() ?? [],
    cold: coldFiles(dataDir).map(({ path }) => [path, Bun.hash(readFileSync(join(dataDir, path)))]),
  }
}
