import { ENTITY_NAMES, type EntityName } from '@lumen/model/catalog'
import { DAY, type TimeRange } from '@lumen/model/time'
import type { ListedFile } from '../cold/listed-file.ts'
import type { HotDays } from '../hot/hot-days.ts'
import type { ManifestAnswer } from '../hot/messages.ts'
import { keptMs, type Retention } from '../retention.ts'

/** Data that came after its day was sealed waits this long before it gets a file of its own. */
const PART_EVERY_MS = DAY
/** A month's file takes in what came later once it is this many files, or this share of its bytes. */
const MOST_PARTS = 16
const PART_SHARE = 1 / 4

export type ColdJob =
  /** Whole files that are past retention. */
  | { kind: 'retain'; names: string[] }
  /** A file with rows of deleted hosts. */
  | { kind: 'rewrite'; file: ListedFile }
  | { kind: 'seal'; entity: EntityName; day: number; level: 'day' | 'part' }
  /** Of one entity, into one file of the month they are in. */
  | { kind: 'merge'; files: ListedFile[] }

export interface DueInput {
  manifest: ManifestAnswer
  retention: Retention
  now: number
  /** The time by which files are deleted; at most `now`. */
  deletionNow: number
}

/** What is to be done now, in this order. Pure: the same manifest, rows and time give the same jobs. */
export function dueJobs({ manifest, retention, now, deletionNow }: DueInput): ColdJob[] {
  const files = manifest.files.filter((file) => file.damage === null)
  const expired = manifest.files.filter(
    (file) => file.span.to <= deletionNow - keptMs(retention, file.entity),
  )
  const names = expired.map((file) => file.name)
  const kept = files.filter((file) => !names.includes(file.name))
  const seals = manifest.hotDays.flatMap((hot) =>
    dueSeals(
      hot,
      kept.filter((file) => file.entity === hot.entity),
      retention,
      now,
      deletionNow,
    ),
  )
  return [
    ...(names.length === 0 ? [] : [{ kind: 'retain' as const, names }]),
    ...manifest.files
      .filter((file) => file.deleted.length > 0 && kept.includes(file))
      .map((file): ColdJob => ({ kind: 'rewrite', file })),
    ...seals.sort((a, b) => a.day - b.day),
    ...ENTITY_NAMES.flatMap((entity) =>
      dueMerges(
        kept.filter((file) => file.entity === entity),
        manifest.hotDays.find((hot) => hot.entity === entity)?.days ?? [],
        retention,
        now,
      ),
    ),
  ]
}

type SealJob = Extract<ColdJob, { kind: 'seal' }>

function dueSeals(
  { entity, days }: HotDays,
  files: readonly ListedFile[],
  retention: Retention,
  now: number,
  deletionNow: number,
): SealJob[] {
  return days
    .filter((day) => day + DAY > deletionNow - keptMs(retention, entity) && isOver(day, retention, now))
    .flatMap((day): SealJob[] => {
      const own = files.filter((file) => file.span.from <= day && day < file.span.to)
      const isSealed = own.some((file) => file.level !== 'part')
      if (!isSealed) return [{ kind: 'seal', entity, day, level: 'day' }]
      const newest = Math.max(...own.map((file) => file.madeAt))
      // A clock set back must not stop this for ever.
      const isWaiting = now >= newest && now - newest < PART_EVERY_MS
      return isWaiting ? [] : [{ kind: 'seal', entity, day, level: 'part' }]
    })
}

/** @param files of one entity
 * @param hotDays days of the entity with rows in the hot tier */
function dueMerges(
  files: readonly ListedFile[],
  hotDays: readonly number[],
  retention: Retention,
  now: number,
): ColdJob[] {
  const byMonth = Map.groupBy(files, (file) => monthOf(file.span.from).from)
  return [...byMonth].flatMap(([start, all]): ColdJob[] => {
    const month = monthOf(start)
    if (!isOver(month.to - DAY, retention, now)) return []
    const isOpen = hotDays.some(
      (day) =>
        day >= month.from &&
        day < month.to &&
        !all.some((file) => file.level !== 'part' && file.span.from <= day && day < file.span.to),
    )
    if (isOpen) return []
    const months = all.filter((file) => file.level === 'month')
    const rest = all.filter((file) => file.level !== 'month')
    const bytes = (some: readonly ListedFile[]) => some.reduce((sum, file) => sum + file.bytes, 0)
    const isDue =
      months.length === 0
        ? rest.some((file) => file.level === 'day')
        : months.length > 1 || rest.length >= MOST_PARTS || bytes(rest) >= PART_SHARE * bytes(months)
    return isDue && all.length > 0 ? [{ kind: 'merge', files: all }] : []
  })
}

/** Whether the hot tier no longer has to keep the day. */
function isOver(day: number, { hotMs }: Retention, now: number): boolean {
  return now >= day + DAY + hotMs
}

/** The UTC month that holds `ts`. */
export function monthOf(ts: number): TimeRange {
  const date = new Date(ts)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) }
}
