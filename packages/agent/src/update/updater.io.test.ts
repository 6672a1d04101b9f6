import { afterEach, beforeEach, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { until } from '@lumen/testkit/until'
import { openUpdateFolder } from './update-folder.ts'
import { EMPTY_STATE, readUpdateState, writeUpdateState } from './update-state.ts'
import { Updater } from './updater.ts'

const BUILD = 'the newer build'
const OFFER = {
  version: '0.2.0',
  sha256: createHash('sha256').update(BUILD).digest('hex'),
  bytes: BUILD.length,
}
const BUILD_ID = { version: OFFER.version, sha256: OFFER.sha256 }
const WITHIN = { withinMs: 60_000 }

let dir: TempDir
let folder: string
let clock: FakeClock
let answer: () => Response
let asked: string[]
let told: AgentEvent['detail'][]
let warnings: number
let server: ReturnType<typeof Bun.serve>
beforeEach(async () => {
  dir = await tempDir('lumen-updater-')
  folder = join(dir.path, 'update')
  clock = new FakeClock()
  answer = () => new Response(BUILD)
  asked = []
  told = []
  warnings = 0
  server = Bun.serve({
    ...{ hostname: '127.0.0.1', port: 0 },
    fetch(request) {
      asked.push(new URL(request.url).pathname)
      return answer()
    },
  })
})
afterEach(async () => {
  await server.stop(true)
  await dir[Symbol.asyncDispose]()
})

const log = {
  ...silentLog,
  warn() {
    warnings += 1
  },
}

function startUpdater(runs?: string, version = '0.1.0') {
  let trialsEnded = 0
  const updater = new Updater({
    program: {
      ...{ kind: 'executable', build: 'lumen-linux-x64', dir: folder, runs },
      endTrial: () => {
        trialsEnded += 1
      },
    },
    ...{ version, hubUrl: `http://127.0.0.1:${server.port}/lumen/`, tls: undefined, clock, log },
    random: () => 1,
  })
  updater.start((detail) => told.push(detail))
  return Object.assign(updater, { trialsEnded: () => trialsEnded })
}

const STARTED = { state: 'started', from: '0.1.0', to: '0.2.0' }

test('a newer build is put beside, not started yet, and what was is to be asked to start it', async () => {
  const updater = startUpdater()
  updater.onAck(OFFER)
  await updater.ready
  expect(asked).toEqual(['/lumen/download/lumen-linux-x64'])
  expect(readUpdateState(folder)).toEqual({
    ...EMPTY_STATE,
    trial: { version: '0.2.0', sha256: OFFER.sha256, from: '0.1.0', starts: 0 },
  })
  const name = `build-${OFFER.sha256.slice(0, 16)}`
  expect(readdirSync(folder).sort()).toEqual([name, 'state.json'])
  expect(readFileSync(join(folder, name), 'utf8')).toBe(BUILD)
  expect(told).toEqual([STARTED])
})

test('what is older, the same, or did not work here before is not asked for', () => {
  openUpdateFolder(folder)
  writeUpdateState(folder, { ...EMPTY_STATE, failed: [OFFER] })
  const updater = startUpdater()
  for (const version of ['0.0.9', '0.1.0', '0.2.0', 'newest']) updater.onAck({ ...OFFER, version })
  expect([asked, told]).toEqual([[], []])
})

test('a failure is told once and tried again later, longer and longer apart', async () => {
  answer = () => new Response('no', { status: 500 })
  const updater = startUpdater()
  const FAILED = { ...STARTED, state: 'failed', reason: 'HTTP 500 to the download' }
  const attempt = async (number: number) => {
    updater.onAck(OFFER)
    await until('the attempt to fail', () => warnings === number, WITHIN)
    expect([asked.length, readdirSync(folder)]).toEqual([number, []])
  }
  await attempt(1)
  updater.onAck(OFFER)
  clock.advance(10 * 60_000 - 1)
  updater.onAck(OFFER)
  expect(asked).toHaveLength(1)
  clock.advance(1)
  await attempt(2)
  clock.advance(10 * 60_000)
  updater.onAck(OFFER)
  expect(asked).toHaveLength(2)
  clock.advance(10 * 60_000)
  answer = () => new Response(BUILD)
  updater.onAck(OFFER)
  await updater.ready
  expect(told).toEqual([STARTED, FAILED])
})

test('a folder that others may write in is not used, and the hub is told why', async () => {
  openUpdateFolder(folder)
  chmodSync(folder, 0o777)
  const updater = startUpdater()
  updater.onAck(OFFER)
  await until('a word', () => told.length === 1, WITHIN)
  expect(told).toMatchObject([{ state: 'failed', reason: expect.stringContaining('nobody else can write') }])
  expect(asked).toEqual([])
})

test('the first answer to a build on trial makes it the one that runs, once', () => {
  openUpdateFolder(folder)
  const trial = { version: '0.2.0', sha256: OFFER.sha256, from: '0.1.0', starts: 2 }
  writeUpdateState(folder, { ...EMPTY_STATE, trial })
  const updater = startUpdater(OFFER.sha256, '0.2.0')
  updater.onAck(undefined)
  updater.onAck(undefined)
  expect(updater.trialsEnded()).toBe(1)
  expect(told).toEqual([{ state: 'done', from: '0.1.0', to: '0.2.0' }])
  expect(readUpdateState(folder)).toEqual({
    ...EMPTY_STATE,
    current: { version: '0.2.0', sha256: OFFER.sha256 },
  })
})

test('what went wrong before the hub could be told is told at the next start, and forgotten with its answer', () => {
  openUpdateFolder(folder)
  const news = { state: 'rolled-back', from: '0.1.0', to: '0.2.0', reason: 'no answer' } as const
  writeUpdateState(folder, { ...EMPTY_STATE, failed: [BUILD_ID], news: [news] })
  startUpdater().onAck(undefined)
  startUpdater()
  expect(told).toEqual([news])
  expect(readUpdateState(folder).failed).toEqual([BUILD_ID])
})
