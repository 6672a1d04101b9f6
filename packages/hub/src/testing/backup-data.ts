import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DAY } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { openTsdb } from '@lumen/tsdb/open'
import { D0, dayFrames } from '@lumen/tsdb/testing/cold-days'
import { sampleOf, testClock } from '@lumen/tsdb/testing/samples'
import { Users } from '../auth/users.ts'
import { prepareDataDir } from '../config/data-dir.ts'
import { openControlDb } from '../control-db/control-db.ts'
import { HostRegistry } from '../hosts/host-registry.ts'
import { BACKUP_COPY, type CopyOrder } from './backup-copy.ts'

/** The time in `someData`: its day D0 is in the cold tier, and a few frames of the last minute in the hot one. */
export const DATA_TIME = D0 + 3 * DAY

/** A data directory of a stopped hub with these users, a host, history in both tiers, other where `flavour` is another
 * number up to 40, and something a backup leaves out. */
export async function someData(dataDir: string, users: readonly string[], flavour = 40): Promise<void> {
  prepareDataDir(dataDir)
  const clock = testClock(D0 + DAY)
  {
    await using db = await openControlDb(dataDir, 'inline')
    const known = new Users(db)
    for (const name of users) await known.add(name, 'a hash', D0)
    await new HostRegistry(db, clock).add('nas')
  }
  {
    const tsdb = join(dataDir, 'tsdb')
    await using store = await openTsdb({ dir: tsdb, clock, log: silentLog, autoFlush: false })
    for (const frame of dayFrames(1).slice(0, flavour)) store.append(1, 's', frame)
    await store.flush('all')
    clock.time = DATA_TIME
    await store.compact()
    for (let seq = 101; seq <= 120; seq++) store.append(1, 's', sampleOf(seq, DATA_TIME - seq, flavour))
    await store.flush('all')
  }
  mkdirSync(join(dataDir, 'tsdb/quarantine'), { recursive: true })
  writeFileSync(join(dataDir, 'tsdb/cold/host/x.parquet.tmp'), 'unfinished')
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
