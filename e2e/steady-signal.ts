import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY, MINUTE, SECOND } from '@lumen/model/time'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import type { WireReadings } from '@lumen/protocol/agent/frame'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { openTsdb } from '@lumen/tsdb/open'

/** How far back the machine's history goes: a year's chart shows where it begins. */
export const HISTORY_MS = 310 * DAY
/** What every reading of the CPU is. */
export const STEADY_PCT = 40
/** What the load rises by over the history. */
const RISE = 2
/** The newest days are there by the minute, those before as one frame in five. */
const FINE_MS = 2 * DAY
const STREAM = 'steady-history'

/** A machine whose numbers one can foretell: a constant and a slow ramp. `begin` is where the ramp starts. */
export function steadyReadings(begin: number, at: number): WireReadings {
  const load = 1 + (RISE * (at - begin)) / HISTORY_MS
  return {
    host: { cpu_pct: STEADY_PCT, load1: Number(load.toFixed(2)), mem_used_bytes: 4 * 2 ** 30 },
  }
}

/** Memory that looks like a disk, where there is one: ten months of days are sealed there in a tenth of the time. */
const SHARED_MEMORY = '/dev/shm'

/** Writes the history of a steady machine into a store that no hub has open, from `begin` to `to`, with every day sealed
 * that is due. */
export async function fillHistory(
  dir: string,
  host: { id: number; name: string },
  begin: number,
  to: number,
): Promise<void> {
  const scratch = await mkdtemp(join(existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), 'lumen-fill-'))
  try {
    if (existsSync(dir)) await cp(dir, scratch, { recursive: true })
    await appendHistory(scratch, host, begin, to)
    await rm(dir, { recursive: true, force: true })
    await cp(scratch, dir, { recursive: true })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function appendHistory(
  dir: string,
  host: { id: number; name: string },
  begin: number,
  to: number,
): Promise<void> {
  const clock = new FakeClock(begin)
  await using store = await openTsdb({
    dir,
    clock,
    log: silentLog,
    autoFlush: false,
    retention: { coldMs: 365 * DAY },
    hostNames: () => new Map([[host.id, host.name]]),
  })
  let seq = 0
  let flushed = begin
  for (let at = begin; at < to; ) {
    const intervalMs = at < to - FINE_MS ? 5 * MINUTE : MINUTE
    clock.step(at + SECOND - clock.now())
    seq += 1
    const decoded = decodeFrame({ seq, ts: at, interval_ms: intervalMs, ...steadyReadings(begin, at) })
    if (decoded.kind === 'fault') throw new Error(`${decoded.path} ${decoded.message}`)
    const outcome = store.append(host.id, STREAM, decoded.sample)
    if (outcome.kind !== 'taken') throw new Error(`the store did not take a frame: ${outcome.kind}`)
    at += intervalMs
    if (at - flushed >= 10 * DAY || at >= to) {
      clock.step(at + MINUTE - clock.now())
      await store.flush('all')
      await store.compact()
      flushed = at
    }
  }
}

/** The same machine from then on, over the real protocol: first what was missed since `from`, then once a second. */
export class SteadyAgent implements AsyncDisposable {
  readonly #push: string
  readonly #token: string
  readonly #begin: number
  #seq = 0
  #timer: ReturnType<typeof setInterval> | undefined
  #pushing: Promise<unknown> = Promise.resolve()

  constructor(hubUrl: string, token: string, begin: number) {
    this.#push = `${hubUrl}/api/agent/push`
    this.#token = token
    this.#begin = begin
  }

  async start(from: number): Promise<void> {
    const missed = Math.max(0, Math.ceil((Date.now() - from) / (5 * SECOND)))
    await this.#send(Array.from({ length: missed }, (_, i) => this.#frame(from + i * 5 * SECOND, 5 * SECOND)))
    this.#timer = setInterval(() => {
      this.#pushing = this.#pushing.then(() => this.#send([this.#frame(Date.now(), SECOND)]))
    }, SECOND)
  }

  #frame(ts: number, intervalMs: number) {
    this.#seq += 1
    return { seq: this.#seq, ts, interval_ms: intervalMs, ...steadyReadings(this.#begin, ts) }
  }

  async #send(frames: readonly object[]): Promise<void> {
    const answer = await fetch(this.#push, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        protocol: 1,
        agent: { version: 'steady', stream: 'steady-live', boot: 'steady', sent_at: Date.now() },
        frames,
      }),
    })
    if (!answer.ok) throw new Error(`the hub refused frames: ${answer.status} ${await answer.text()}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#pushing
  }
}
