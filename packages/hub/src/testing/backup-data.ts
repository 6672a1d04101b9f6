import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from '@lumen/tsdb/open'
import { rowOf, sampleOf, T0, testClock } from '@lumen/tsdb/testing/samples'
import { Users } from '../auth/users.ts'
import { prepareDataDir } from '../config/data-dir.ts'
import { openControlDb } from '../control-db/control-db.ts'
import { HostRegistry } from '../hosts/host-registry.ts'
import { BACKUP_COPY, type CopyOrder } from './backup-copy.ts'

/** A data directory of a stopped hub with these users, a host, a few frames and something a backup leaves out. */
export async function someData(dataDir: string, users: readonly string[], cpuPct = 50): Promise<void> {
  prepareDataDir(dataDir)
  {
    await using db = await openControlDb(dataDir, 'inline')
    const known = new Users(db)
    for (const name of users) await known.add(name, 'a hash', T0)
    await new HostRegistry(db, testClock(T0)).add('nas')
  }
  {
    const clock = testClock(T0)
    const tsdb = join(dataDir, 'tsdb')
    await using store = await openTsdb({ dir: tsdb, clock, log: silentLog, autoFlush: false })
    for (let seq = 1; seq <= 20; seq++) {
      store.append(1, 's', sampleOf(seq, T0 + seq, cpuPct, [rowOf('disk', 'sda', { read_iops: seq })]))
    }
    clock.time += 60_000
    await store.flush('all')
  }
  mkdirSync(join(dataDir, 'tsdb/cold/host'), { recursive: true })
  mkdirSync(join(dataDir, 'tsdb/quarantine'), { recursive: true })
  writeFileSync(join(dataDir, 'tsdb/cold/host/2026-11-23-1.parquet'), 'a cold file')
  writeFileSync(join(dataDir, 'tsdb/cold/host/x.tmp'), 'unfinished')
  writeFileSync(join(dataDir, 'tsdb/quarantine/2026-11-22-1.parquet'), 'damaged')
  writeFileSync(join(dataDir, 'this-machine.token'), 'a token')
}

/** Has a process of its own make a backup, as the program does. @returns the file */
export async function backUp(
  dataDir: string,
  file: string,
  passphrase: string | null = null,
): Promise<string> {
  if ((await startCopy(dataDir, file, passphrase).exited) !== 0)
    throw new Error(`the backup of ${dataDir} failed`)
  return file
}

/** The process that makes a backup, under way. */
export function startCopy(dataDir: string, file: string, passphrase: string | null = null): Bun.Subprocess {
  const order: CopyOrder = { dataDir, file, passphrase }
  return Bun.spawn([process.execPath, BACKUP_COPY, JSON.stringify(order)], { stderr: 'inherit' })
}
