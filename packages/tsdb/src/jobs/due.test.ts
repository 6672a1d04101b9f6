import { expect, test } from 'bun:test'
import { DAY, HOUR } from '@lumen/model/time'
import type { ListedFile } from '../cold/listed-file.ts'
import type { ManifestAnswer } from '../hot/messages.ts'
import { DEFAULT_RETENTION } from '../retention.ts'
import { dueJobs } from './due.ts'

const NOV_1 = Date.UTC(2026, 10, 1)
const DEC_2 = Date.UTC(2026, 11, 2)

const YEAR = { ...DEFAULT_RETENTION, coldMs: 365 * DAY }

type File = ManifestAnswer['files'][number]

let files = 0
function file(level: ListedFile['level'], from: number, to = from + DAY, more: Partial<File> = {}): File {
  const id = ++files
  const place = { id, name: `${level}-${id}`, entity: 'host' as const, level, span: { from, to } }
  return { ...place, bytes: 1_000, rows: 10, commitNo: id, madeAt: to, deleted: [], damage: null, ...more }
}

function due(now: number, listed: File[], hotDays: number[] = [], retention = YEAR) {
  const hot = hotDays.length === 0 ? [] : [{ entity: 'host' as const, days: hotDays, oldest: hotDays[0]! }]
  const manifest = { files: listed, spent: [], hotDays: hot }
  return dueJobs({ manifest, retention, now, deletionNow: now }).map((job) => {
    if (job.kind === 'seal') return `${job.level} ${(job.day - NOV_1) / DAY + 1}`
    if (job.kind === 'retain') return `retain ${job.names.join()}`
    return job.kind === 'rewrite'
      ? `rewrite ${job.file.name}`
      : `merge ${job.files.map(({ name }) => name).join()}`
  })
}

test('a day is due once the hot tier need not keep it, the oldest first', () => {
  const days = [NOV_1, NOV_1 + DAY, NOV_1 + 2 * DAY]
  expect(due(NOV_1 + 2 * DAY - 1, [], days)).toEqual([])
  expect(due(NOV_1 + 2 * DAY, [], days)).toEqual(['day 1'])
  expect(due(NOV_1 + 3 * DAY, [], days)).toEqual(['day 1', 'day 2'])
  const longer = { ...DEFAULT_RETENTION, hotMs: 3 * DAY }
  expect(due(NOV_1 + 3 * DAY, [], days, longer)).toEqual([])
})

test('what came for a sealed day is due a day after the newest file of that day', () => {
  const sealed = file('day', NOV_1, NOV_1 + DAY, { madeAt: NOV_1 + 2 * DAY })
  expect(due(NOV_1 + 3 * DAY - 1, [sealed], [NOV_1])).toEqual([])
  expect(due(NOV_1 + 3 * DAY, [sealed], [NOV_1])).toEqual(['part 1'])
  const part = file('part', NOV_1, NOV_1 + DAY, { madeAt: NOV_1 + 3 * DAY })
  expect(due(NOV_1 + 3 * DAY + HOUR, [sealed, part], [NOV_1])).toEqual([])
  expect(due(NOV_1 + 4 * DAY, [sealed, part], [NOV_1])).toEqual(['part 1'])
})

test('a clock that was set back does not put off what came late for ever', () => {
  const sealed = file('day', NOV_1, NOV_1 + DAY, { madeAt: NOV_1 + 300 * DAY })
  expect(due(NOV_1 + 3 * DAY, [sealed], [NOV_1])).toEqual(['part 1'])
})

test('a day whose file is gone gets one of its own again', () => {
  const part = file('part', NOV_1)
  expect(due(NOV_1 + 9 * DAY, [part], [NOV_1])).toEqual(['day 1'])
  const damaged = file('day', NOV_1, NOV_1 + DAY, { damage: 'broken' })
  expect(due(NOV_1 + 9 * DAY, [damaged], [NOV_1])).toEqual(['day 1'])
})

test('a month is merged once all its days are over and sealed, parts with them', () => {
  const listed = [file('day', NOV_1), file('day', NOV_1 + 4 * DAY), file('part', NOV_1)]
  const names = listed.map(({ name }) => name).join()
  expect(due(DEC_2 - 1, listed)).toEqual([])
  expect(due(DEC_2, listed)).toEqual([`merge ${names}`])
  expect(due(DEC_2, listed, [NOV_1 + 7 * DAY])).toEqual(['day 8'])
  expect(due(DEC_2, listed, [DEC_2])).toEqual([`merge ${names}`])
})

test('a merged month takes in more once it is a quarter of its bytes or 16 files', () => {
  const month = file('month', NOV_1, NOV_1 + 30 * DAY, { bytes: 100_000 })
  const parts = (count: number, bytes = 1_000) =>
    Array.from({ length: count }, () => file('part', NOV_1, NOV_1 + DAY, { bytes }))
  expect(due(DEC_2, [month])).toEqual([])
  expect(due(DEC_2, [month, ...parts(15)])).toEqual([])
  expect(due(DEC_2, [month, ...parts(16)]).length).toBe(1)
  expect(due(DEC_2, [month, ...parts(1, 24_999)])).toEqual([])
  expect(due(DEC_2, [month, ...parts(1, 25_000)]).length).toBe(1)
})

test('whole files past retention go first, and neither they nor rows that old are worked on', () => {
  const old = file('day', NOV_1)
  const next = file('day', NOV_1 + DAY, NOV_1 + 2 * DAY, { deleted: [7] })
  const now = NOV_1 + 31 * DAY
  expect(due(now, [old, next], [NOV_1], DEFAULT_RETENTION)).toEqual([
    `retain ${old.name}`,
    `rewrite ${next.name}`,
  ])
  const month = file('month', NOV_1, NOV_1 + 30 * DAY)
  expect(due(NOV_1 + 60 * DAY - 1, [month], [], DEFAULT_RETENTION)).toEqual([])
  expect(due(NOV_1 + 60 * DAY, [month], [], DEFAULT_RETENTION)).toEqual([`retain ${month.name}`])
})
