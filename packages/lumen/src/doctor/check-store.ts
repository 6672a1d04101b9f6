import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BudgetSettings, settingsSchema } from '@lumen/protocol/http/settings'
import { errorMessage } from '@lumen/std/error'
import { defaultFloorBytes } from '@lumen/tsdb/budget/caps'
import { examineStore, type StoreExamination } from '@lumen/tsdb/examine'
import { type Finding, fail, ok, warn } from './finding.ts'

const MIB = 1024 * 1024
/** Of a cap: from here on history is about to be given up. */
const NEARLY = 0.9

/** The history on disk: what was set aside, whether every cold file is whole, and its space against the budget.
 * Only reads. */
export function checkStore(dataDir: string): Finding[] {
  let found: StoreExamination | null
  try {
    found = examineStore(join(dataDir, 'tsdb'))
  } catch (error) {
    return [
      fail(`the history cannot be read: ${errorMessage(error)}`, 'start the hub: it repairs what it can'),
    ]
  }
  if (found === null) return []
  return [...coldFiles(found), ...quarantine(found), ...budget(found, dataDir)]
}

function coldFiles({ cold, damaged, unlisted }: StoreExamination): Finding[] {
  return [
    ...(damaged.length === 0
      ? [ok(`${cold.files} files of the cold tier are whole (${mib(cold.bytes)})`)]
      : []),
    ...damaged.map(({ file, reason }) =>
      fail(
        `cold file ${file} is damaged: ${reason}`,
        'restore it from a backup, or start the hub: it sets the file aside and serves the rest',
      ),
    ),
    ...unlisted.map((file) =>
      warn(`${file} belongs to no history`, 'start the hub: it deletes what is proven to be left over'),
    ),
  ]
}

function quarantine({ quarantine: files }: StoreExamination): Finding[] {
  return files.map(({ file, reason }) =>
    warn(
      `quarantine/${file} was set aside: ${reason}`,
      'look at it if you can use it, then delete it: it counts',
    ),
  )
}

function budget({ usage, usedBytes }: StoreExamination, dataDir: string): Finding[] {
  const { max_bytes: cap, min_free_bytes: floor } = readBudget(dataDir, usage.diskTotalBytes)
  const findings: Finding[] = []
  if (cap === null) findings.push(ok(`history takes ${mib(usedBytes)}, no cap is set`))
  else if (usedBytes > cap) {
    const text = `history takes ${mib(usedBytes)}, more than its cap of ${mib(cap)}`
    findings.push(warn(text, 'raise the cap, or shorten the retention in Settings → Retention'))
  } else if (usedBytes > NEARLY * cap) {
    const text = `history takes ${mib(usedBytes)} of its cap of ${mib(cap)}: the oldest is about to be given up`
    findings.push(warn(text, 'raise the cap, or shorten the retention in Settings → Retention'))
  } else findings.push(ok(`history takes ${mib(usedBytes)} of its cap of ${mib(cap)}`))
  if (usage.diskFreeBytes < floor) {
    const text = `${mib(usage.diskFreeBytes)} are free, less than the ${mib(floor)} that history leaves free`
    findings.push(warn(text, 'free space: until then new history displaces the oldest'))
  }
  return findings
}

/** What an admin set, else what holds when nothing was. */
function readBudget(dataDir: string, diskTotalBytes: number): BudgetSettings {
  const unset = { max_bytes: null, min_free_bytes: defaultFloorBytes(diskTotalBytes) }
  const path = join(dataDir, 'control.db')
  if (!existsSync(path)) return unset
  let db: Database | undefined
  try {
    db = new Database(path, { readonly: true })
    const row = db.query<{ value: string }, []>("SELECT value FROM settings WHERE key = 'budget'").get()
    const parsed = settingsSchema.shape.budget.safeParse(row === null ? undefined : JSON.parse(row.value))
    return parsed.success ? parsed.data : unset
  } catch {
    return unset
  } finally {
    db?.close()
  }
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`
}
