import { afterAll, beforeAll, expect, test } from 'bun:test'
import { DAY, HOUR, MINUTE } from '@lumen/model/time'
import { openTsdb } from '@lumen/tsdb/open'
import { frameOf, pushOf, startTestHub, type TestHub } from '../testing/test-hub.ts'

const TEN_YEARS = 3_650 * DAY

let t: TestHub
const now = Date.now()
beforeAll(async () => {
  t = await startTestHub({ deps: { openTsdb } })
  await t.logIn()
  const { token } = await t.addHost('nas')
  await t.push(token, pushOf([{ ...frameOf(1, now), filesystem: { '/': { used_pct: 12.34 } } }]))
})
afterAll(() => t[Symbol.asyncDispose]())

interface Answer {
  status: number
  code?: string
  step_ms?: number
  t?: number[]
  series?: { key: string; avg: (number | null)[]; max: (number | null)[] | null }[]
  gaps?: unknown[]
  errors?: { path: string; message: string }[]
}

async function ask(query: Record<string, string | number>): Promise<Answer> {
  const given = { host: 'nas', metrics: 'host.cpu_pct', from: now - HOUR, to: now + 1, ...query }
  const text = new URLSearchParams(Object.entries(given).map(([name, value]) => [name, String(value)]))
  const answer = await t.call('GET', `/api/query?${text}`)
  return { ...((await answer.json()) as Omit<Answer, 'status'>), status: answer.status }
}

const REFUSED: [string, Record<string, string | number>, number, string, string | null][] = [
  ['a range from late to early', { from: now, to: now - DAY }, 400, 'range_invalid', 'to'],
  ['a range of nothing', { from: now, to: now }, 400, 'range_invalid', 'to'],
  ['a range of eleven years', { from: now - 1.1 * TEN_YEARS }, 400, 'range_invalid', 'from'],
  ['a time before 1970', { from: -1 }, 400, 'range_invalid', 'from'],
  ['a time no calendar has', { from: 8.64e15, to: 8.64e15 + 2 }, 400, 'range_invalid', 'to'],
  ['a time that is no number', { from: 'yesterday' }, 400, 'request_invalid', 'from'],
  ['no points', { points: 0 }, 400, 'request_invalid', 'points'],
  ['a million points', { points: 1_000_000 }, 400, 'request_invalid', 'points'],
  ['points that are no number', { points: 'many' }, 400, 'request_invalid', 'points'],
  ['a field nobody knows', { metrics: 'host.luck' }, 400, 'metric_unknown', 'metrics'],
  ['an entity nobody knows', { metrics: 'spaceship.cpu_pct' }, 400, 'metric_unknown', 'metrics'],
  ['a key too long to be one', { key: 'k'.repeat(257) }, 400, 'request_invalid', 'key'],
  ['a host nobody knows', { host: 'nobody' }, 404, 'host_unknown', null],
  ['a host id nobody has', { host: 999 }, 404, 'host_unknown', null],
]

test.each(REFUSED)('%s is a problem that names the parameter', async (_, query, status, code, path) => {
  const answer = await ask(query)
  expect(answer).toMatchObject({ status, code })
  expect(answer.errors?.[0]?.path).toBe(path ?? undefined)
})

const integer = 'is no whole number'
const WORDS: [string, Record<string, string>, string][] = [
  ['a word', { from: 'yesterday' }, integer],
  ['half a millisecond', { from: '1.5' }, integer],
  ['nothing', { from: '' }, integer],
  ['another spelling of a number', { from: '1e3' }, integer],
  ['more digits than a number has', { from: '9'.repeat(20) }, integer],
  ['too few points', { points: '9' }, 'is less than 10'],
  ['too many points', { points: '5001' }, 'is more than 5000'],
]

test.each(WORDS)('%s is refused in words for people', async (_, query, message) => {
  expect((await ask(query)).errors?.[0]?.message).toBe(message)
})

test('a parameter left out is said to be missing', async () => {
  const answer = await t.call('GET', '/api/query?host=nas&metrics=host.cpu_pct&to=5')
  expect(await answer.json()).toMatchObject({ errors: [{ path: 'from', message: 'is missing' }] })
})

const values = ({ series = [] }: Answer) => series.flatMap(({ avg }) => avg.filter((value) => value !== null))

const EMPTY: [string, Record<string, string | number>][] = [
  ['a range before any data', { from: now - 300 * DAY, to: now - 299 * DAY }],
  ['a range older than anything is kept', { from: 0, to: DAY }],
  ['a range in the future', { from: now + DAY, to: now + 2 * DAY }],
  ['a key nobody has', { metrics: 'filesystem.used_pct', key: '/nowhere' }],
  ['the key of an entity without keys', { key: 'sda' }],
]

test.each(EMPTY)('%s is an empty answer, its columns as long as its times', async (_, query) => {
  const answer = await ask(query)
  expect(answer.status).toBe(200)
  expect(values(answer)).toEqual([])
  expect(answer.gaps).toEqual([])
  for (const { avg } of answer.series ?? []) expect(avg).toHaveLength(answer.t!.length)
})

test('a range of one millisecond has the one bucket around it', async () => {
  const answer = await ask({ from: now, to: now + 1 })
  expect(answer).toMatchObject({ status: 200, t: [expect.any(Number)] })
  expect(values(answer)).toEqual([12.5])
})

test.each([10, 600, 5_000])(
  'ten years in %i points hold what there is, in no more points',
  async (points) => {
    const answer = await ask({ from: now + MINUTE - TEN_YEARS, to: now + MINUTE, points })
    expect(answer.status).toBe(200)
    expect(answer.t!.length).toBeLessThanOrEqual(points)
    expect(answer.step_ms! % DAY).toBe(0)
  },
)

test('ten years by the day hold the newest value in the bucket of its day', async () => {
  const answer = await ask({ from: now - TEN_YEARS + DAY, to: now + DAY, points: 5_000 })
  expect(answer.step_ms).toBe(DAY)
  expect(values(answer)).toEqual([12.5])
})
