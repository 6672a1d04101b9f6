import { afterEach, describe, expect, test } from 'bun:test'
import { HOUR, MINUTE, SECOND } from '@lumen/model/time'
import type { IntRange } from '@lumen/std/interval-set'
import { silentLog } from '@lumen/std/log'
import { FAULT_POINTS } from './fault-point.ts'
import { inspectTsdb, type StoredRollup } from './inspect.ts'
import { openTsdb } from './open.ts'
import {
  CRASH_FROM,
  CRASH_HOSTS,
  CRASH_MINUTES,
  CRASH_RETENTION,
  frameOf,
  framesPerMinute,
} from './testing/crash-frames.ts'
import { rollupsOf } from './testing/expected-rollups.ts'
import { scratchDir, testClock } from './testing/samples.ts'

const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

const ALL_SEQS = Array.from({ length: CRASH_MINUTES * framesPerMinute }, (_, seq) => seq)

/** Runs the child until it is killed; the durable ranges of each host it last reported. */
async function crash(dir: string, faultPoint: string): Promise<IntRange[][]> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/testing/crash-child.ts`, dir, faultPoint], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const output = await new Response(child.stdout).text()
  await child.exited
  expect(child.signalCode).toBe('SIGKILL')
  const lines = output.trim().split('\n').filter(Boolean)
  return lines.length === 0 ? CRASH_HOSTS.map(() => []) : JSON.parse(lines.at(-1)!)
}

function stored(dir: string): { rollups: StoredRollup[]; seqs: Map<number, number[]> } {
  using inspection = inspectTsdb(dir)
  const seqs = new Map<number, number[]>()
  for (const { host, from, to } of inspection.durable()) {
    const known = seqs.get(host) ?? []
    for (let seq = from; seq <= to; seq++) known.push(seq)
    seqs.set(host, known)
  }
  return { rollups: sorted([...inspection.rollups()]), seqs }
}

function sorted(rollups: StoredRollup[]): StoredRollup[] {
  const name = ({ host, entity, key, field, t }: StoredRollup) => `${host} ${t} ${entity} ${key} ${field}`
  return rollups.sort((a, b) => (name(a) < name(b) ? -1 : 1))
}

const FLUSH_POINTS = FAULT_POINTS.filter((point) => point.startsWith('flush.'))

describe.each(FLUSH_POINTS.flatMap((point) => [`${point}@1`, `${point}@3`]))('kill -9 at %s', (point) => {
  test('leaves rollups of exactly the durable seqs, and sending all again completes them (T2, T6, T8)', async () => {
    dirs.push(scratchDir())
    const { dir } = dirs.at(-1)!
    const acked = await crash(dir, point)

    const left = stored(dir)
    for (const [index, host] of CRASH_HOSTS.entries()) {
      const durable = new Set(left.seqs.get(host))
      for (const [from, to] of acked[index]!) {
        for (let seq = from; seq <= to; seq++) expect(durable.has(seq)).toBe(true)
      }
    }
    const written = CRASH_HOSTS.flatMap((host) =>
      rollupsOf(
        host,
        (left.seqs.get(host) ?? []).map((seq) => frameOf(host, seq)),
      ),
    )
    expect(left.rollups).toEqual(sorted(written))

    {
      const clock = testClock(CRASH_FROM + CRASH_MINUTES * MINUTE + 5 * SECOND)
      await using store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false })
      expect(store.health().repairs).toEqual([])
      for (const host of CRASH_HOSTS) for (const seq of ALL_SEQS) store.append(host, 's', frameOf(host, seq))
    }
    const complete = CRASH_HOSTS.flatMap((host) =>
      rollupsOf(
        host,
        ALL_SEQS.map((seq) => frameOf(host, seq)),
      ),
    )
    expect(stored(dir).rollups).toEqual(sorted(complete))
  })
})

test.each(['merge.before-commit@1', 'retain.mid@1', 'retain.mid@2'])(
  'kill -9 at %s leaves what is within retention whole (T1, T6)',
  async (point) => {
    dirs.push(scratchDir())
    const { dir } = dirs.at(-1)!
    await crash(dir, point)
    const clock = testClock(CRASH_FROM + 24 * HOUR + 3 * MINUTE)
    {
      const retention = CRASH_RETENTION
      await using store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false, retention })
      await store.retain()
    }
    const kept = CRASH_HOSTS.flatMap((host) =>
      rollupsOf(
        host,
        ALL_SEQS.map((seq) => frameOf(host, seq)),
      ),
    ).filter(({ t }) => t >= CRASH_FROM + 3 * MINUTE)
    expect(stored(dir).rollups).toEqual(sorted(kept))
  },
)

test('kill -9 while deleting a host leaves nothing of it once opened again (T6)', async () => {
  dirs.push(scratchDir())
  const { dir } = dirs.at(-1)!
  await crash(dir, 'delete-host.mid')
  const [gone, ...rest] = CRASH_HOSTS
  const clock = testClock(CRASH_FROM + CRASH_MINUTES * MINUTE)
  {
    await using store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false })
    expect(store.durableRanges(gone!, 's')).toEqual([])
  }
  const { rollups } = stored(dir)
  expect(new Set(rollups.map(({ host }) => host))).toEqual(new Set(rest))
})
