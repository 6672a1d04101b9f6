import type { BackupSchedule } from '@lumen/protocol/http/settings'
import { numberOf, textOf } from '../number-text.ts'

export const EVERY_UNITS = { hours: 1, days: 24 } as const
export type EveryUnit = keyof typeof EVERY_UNITS
const MOST_HOURS = 24 * 31
const MOST_KEPT = 365

/** The form as typed. */
export interface ScheduleDraft {
  directory: string
  every: string
  unit: EveryUnit
  keep: string
}
export type ScheduleFault = 'absolute' | 'whole' | 'range'

export function draftOf({ directory, every_hours, keep }: BackupSchedule): ScheduleDraft {
  const unit = every_hours % EVERY_UNITS.days === 0 ? 'days' : 'hours'
  return {
    directory: directory ?? '',
    every: textOf(every_hours / EVERY_UNITS[unit]),
    unit,
    keep: String(keep),
  }
}

/** Most of the unit one may wait. */
export const mostOf = (unit: EveryUnit): number => MOST_HOURS / EVERY_UNITS[unit]

export interface ReadSchedule {
  schedule?: BackupSchedule
  faults: Partial<Record<'directory' | 'every' | 'keep', ScheduleFault>>
}

/** What a draft asks for, or what is wrong with it. Without a directory no backups are made. */
export function readDraft(draft: ScheduleDraft): ReadSchedule {
  const faults: ReadSchedule['faults'] = {}
  const directory = draft.directory.trim()
  if (directory !== '' && !directory.startsWith('/')) faults.directory = 'absolute'
  const every = whole(draft.every, mostOf(draft.unit))
  const keep = whole(draft.keep, MOST_KEPT)
  if (typeof every === 'string') faults.every = every
  if (typeof keep === 'string') faults.keep = keep
  if (Object.keys(faults).length > 0 || typeof every === 'string' || typeof keep === 'string')
    return { faults }
  return {
    faults,
    schedule: {
      directory: directory === '' ? null : directory,
      every_hours: every * EVERY_UNITS[draft.unit],
      keep,
    },
  }
}

function whole(text: string, most: number): number | ScheduleFault {
  const value = numberOf(text)
  if (value === undefined || !Number.isInteger(value)) return 'whole'
  return value < 1 || value > most ? 'range' : value
}

export function isSameSchedule(a: BackupSchedule, b: BackupSchedule): boolean {
  return a.directory === b.directory && a.every_hours === b.every_hours && a.keep === b.keep
}

/** The newest backup's path on the hub's machine, as an argument for a shell. */
export function restoreCommand(directory: string, file: string): string {
  const path = file.startsWith('/') ? file : `${directory.replace(/\/+$/, '')}/${file}`
  const quoted = /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
  return `lumen restore ${quoted} --data ./data`
}
