import { afterAll, beforeAll, expect, test } from 'bun:test'
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EntityName } from '@lumen/model/catalog'
import { findMetric } from '@lumen/model/metric'
import { silentLog } from '@lumen/std/log'
import { startLumen, startLumenHub } from '@lumen/testkit/lumen-process'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { openTsdb } from '@lumen/tsdb/open'
import { foldedFrames } from '@lumen/tsdb/testing/cold-days'
import { sampleOf, T0, testClock } from '@lumen/tsdb/testing/samples'
import { fingerprint, makeHistory, type Sent } from '../sql/testing/history.ts'

/** With a history; for tests that change nothing in it. */
let shared: TempDir
let sent: Sent[]
beforeAll(async () => {
  shared = await tempDir()
  sent = await makeHistory(shared.path, Date.now())
}, 120_000)
afterAll(() => shared[Symbol.asyncDispose]())

/** The same history to do with what one likes. */
async function ownHistory(): Promise<TempDir> {
  const dir = await tempDir()
  cpSync(shared.path, dir.path, { recursive: true })
  return dir
}

async function lumen(args: readonly string[], env: Record<string, string> = {}) {
  await using child = startLumen(args, { env })
  const code = await child.exited
  return { code, stdout: child.stdout(), stderr: child.stderr() }
}

async function rowsOf(dataDir: string, query: string): Promise<Record<string, string | number | null>[]> {
  const { code, stdout, stderr } = await lumen(['sql', query, '--data', dataDir, '--format', 'json'])
  // what takes over a second is told, and on a busy machine anything may
  const complaints = stderr.replace(/^lumen: gathering .*…\n/gm, '')
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
  return JSON.parse(stdout)
}

/** What the views hold of these fields, by host, key and bucket. */
function storedOf(dataDir: string, fields: readonly Field[]) {
  const queries = fields.map(([entity, field]) => {
    const { spec } = findMetric(`${entity}.${field}`)!
    const unscaled = (name: string) => `(${name} * ${10 ** spec.decimals})::BIGINT`
    return `SELECT '${entity}' AS entity, '${field}' AS field, host_id AS host, key, epoch_ms(time) AS t,
                   sum(${field}_n)::BIGINT AS count,
                   sum(${unscaled(field)} * ${field}_n + ${field}_rem)::BIGINT AS sum,
                   ${spec.keepsMax ? `max(${unscaled(`${field}_max`)})` : 'NULL::BIGINT'} AS max
            FROM ${entity} WHERE ${field}_n > 0 GROUP BY ALL`
  })
  return rowsOf(dataDir, `${queries.join(' UNION ALL ')} ORDER BY entity, field, host, key, t`)
}

function sentOf(fields: readonly Field[]) {
  return foldedFrames(sent)
    .filter((each) => fields.some(([entity, field]) => each.entity === entity && each.field === field))
    .map(({ entity, field, host, key, t, count, sum, max }) => ({
      entity,
      field,
      host,
      key,
      t,
      count,
      sum,
      max,
    }))
    .sort(
      (a, b) =>
        compare(a.entity, b.entity) ||
        compare(a.field, b.field) ||
        a.host - b.host ||
        compare(a.key, b.key) ||
        a.t - b.t,
    )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

type Field = readonly [entity: EntityName, field: string]

const FIELDS: readonly Field[] = [
  ['host', 'cpu_pct'],
  ['disk', 'read_iops'],
  ['disk', 'await_ms'],
  ['filesystem', 'used_bytes'],
]

test('a view holds what was sent, each frame once, wherever it lies; deleted hosts are absent, nothing is changed', async () => {
  const before = fingerprint(shared.path)
  const levels = Object.keys(before).filter((name) => name.startsWith(join('tsdb', 'cold', 'host')))
  expect(levels.length).toBe(3)
  expect(await storedOf(shared.path, FIELDS)).toEqual(sentOf(FIELDS))
  expect(fingerprint(shared.path)).toEqual(before)
}, 120_000)

test('what a hub that was killed left is read with its log, and both stay as they are', async () => {
  await using dir = await tempDir()
  await using copy = await tempDir()
  const clock = testClock(T0)
  const options = { dir: join(dir.path, 'tsdb'), clock, log: silentLog, autoFlush: false }
  await using store = await openTsdb(options)
  for (const seq of [1, 2, 3]) store.append(1, 's', sampleOf(seq, T0 - seq * 1_000, seq))
  await store.flush('all')
  cpSync(dir.path, copy.path, { recursive: true, filter: (path) => !path.endsWith('-shm') })
  const before = fingerprint(copy.path)
  expect(Object.keys(before)).toContain(join('tsdb', 'hot.db-wal'))
  expect(await rowsOf(copy.path, 'SELECT sum(n)::INTEGER AS n, max(cpu_pct_max) AS peak FROM host')).toEqual([
    { n: 3, peak: 3 },
  ])
  const { [join('tsdb', 'hot.db-shm')]: _, ...after } = fingerprint(copy.path)
  expect(after).toEqual(before)
}, 120_000)

test('files that count for nothing are not read', async () => {
  await using dir = await ownHistory()
  const cold = join(dir.path, 'tsdb', 'cold', 'host')
  const [name] = readdirSync(cold)
  await Bun.write(join(cold, `2020-01-01-99.parquet`), Bun.file(join(cold, name!)))
  expect(await storedOf(dir.path, FIELDS)).toEqual(sentOf(FIELDS))
}, 120_000)

test('beside a running hub it answers the same, with the names hosts have now', async () => {
  await using dir = await ownHistory()
  for (const name of ['nas', 'web', 'gone']) await lumen(['host', 'add', name, '--data', dir.path])
  await using hub = await startLumenHub({ dataDir: dir.path })
  await hub.admin.call('PATCH', '/api/hosts/2', { name: 'www' })
  expect(await storedOf(dir.path, FIELDS)).toEqual(sentOf(FIELDS))
  const names = 'SELECT DISTINCT host_id, host FROM host ORDER BY ALL'
  expect(await rowsOf(dir.path, names)).toEqual([
    { host_id: 1, host: 'nas' },
    { host_id: 2, host: 'www' },
  ])
  // Its history goes later, its rows do not count from now on.
  await hub.admin.call('DELETE', '/api/hosts/1')
  expect(await rowsOf(dir.path, names)).toEqual([{ host_id: 2, host: 'www' }])
  expect(await hub.child.stop()).toBe(0)
  expect(await rowsOf(dir.path, names)).toEqual([{ host_id: 2, host: 'www' }])
}, 120_000)

test('a host deleted while no hub ran is absent before the next one runs', async () => {
  await using dir = await ownHistory()
  for (const name of ['nas', 'web']) await lumen(['host', 'add', name, '--data', dir.path])
  await lumen(['host', 'remove', 'nas', '--data', dir.path])
  expect(await rowsOf(dir.path, 'SELECT DISTINCT host FROM host')).toEqual([{ host: 'web' }])
}, 120_000)

test('an answer is a table, CSV or JSON', async () => {
  const args = [
    'sql',
    `SELECT * FROM (VALUES (1, 'a, "b"', 12.50), (200, NULL, NULL)) AS t(n, "text", "share") ORDER BY n`,
    ...['--data', shared.path],
  ]
  expect(await lumen(args)).toEqual({
    code: 0,
    stderr: '',
    stdout: '  n  text    share\n───  ──────  ─────\n  1  a, "b"  12.50\n200\n',
  })
  expect((await lumen([...args, '--format', 'csv'])).stdout).toBe('n,text,share\n1,"a, ""b""",12.50\n200,,\n')
  expect((await lumen([...args, '--format', 'json'])).stdout).toBe(
    '[{"n":1,"text":"a, \\"b\\"","share":12.50},\n{"n":200,"text":null,"share":null}]\n',
  )
}, 120_000)

test('times are those of UTC wherever one is, and entities without rows have their columns', async () => {
  const args = ['--data', shared.path, '--format', 'csv']
  const tokyo = { TZ: 'Asia/Tokyo' }
  const time = await lumen(['sql', 'SELECT min(time) AS t FROM host', ...args], tokyo)
  expect(time.stdout).toMatch(/^t\n\d{4}-\d\d-01 00:00:00\+00\n$/)
  const none = await lumen(['sql', 'SELECT host, cpu_pct, cpu_pct_max FROM container', ...args])
  expect(none).toMatchObject({ code: 0, stdout: 'host,cpu_pct,cpu_pct_max\n' })
}, 120_000)

test('a query that fails is one message and ends with 1, and nothing is left behind', async () => {
  await using tmp = await tempDir()
  const args = ['sql', 'SELECT nothing FROM host', '--data', shared.path]
  const failed = await lumen(args, { TMPDIR: tmp.path })
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  expect(failed.stderr).toMatch(/^lumen: Binder Error: .*nothing/)
  expect(readdirSync(tmp.path)).toEqual([])
}, 120_000)

test('SIGINT ends a query and removes what was gathered for it', async () => {
  await using tmp = await tempDir()
  const endless = 'SELECT count(*) FROM host, range(1e12::BIGINT) a, range(1e12::BIGINT) b'
  await using child = startLumen(['sql', endless, '--data', shared.path], { env: { TMPDIR: tmp.path } })
  const isGathered = () =>
    readdirSync(tmp.path, { recursive: true }).some((name) => String(name).endsWith('parquet'))
  await until('something is gathered', isGathered, { withinMs: 60_000, everyMs: 5 })
  child.signal('SIGINT')
  expect(await child.exited).toBe(130)
  expect(readdirSync(tmp.path)).toEqual([])
}, 120_000)

test('without a query, with two, or with an unknown format it is wrong usage; without a history it is refused', async () => {
  await using dir = await tempDir()
  const data = ['--data', dir.path]
  for (const args of [[], [''], ['SELECT', '1'], ['SELECT 1', '--format', 'xml']])
    expect(await lumen(['sql', ...args, ...data])).toMatchObject({ code: 2, stdout: '' })
  expect(await lumen(['sql', 'SELECT 1', ...data])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('--data'),
  })
  mkdirSync(join(dir.path, 'tsdb'))
  writeFileSync(join(dir.path, 'tsdb', 'hot.db'), '')
  expect(await lumen(['sql', 'SELECT 1', ...data])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('Start the hub once'),
  })
  rmSync(join(dir.path, 'tsdb'), { recursive: true })
}, 120_000)
