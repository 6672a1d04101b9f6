import { afterEach, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { silentLog } from '@lumen/std/log'
import { FAULT_POINTS } from './fault-point.ts'
import { inspectTsdb } from './inspect.ts'
import { openTsdb } from './open.ts'
import { COLD_HOSTS, type ColdStep, coldFrames, GONE_HOST, lateFrames } from './testing/cold-crash-frames.ts'
import { foldedDirectory, foldedFrameCounts, foldedFrames } from './testing/cold-days.ts'
import { scratchDir, standADay, testClock } from './testing/samples.ts'

const dirs: ReturnType<typeof scratchDir>[] = []
afterEach(() => {
  for (const scratch of dirs.splice(0)) scratch.remove()
})

/** Runs the child until it is killed; what it had done by then. */
async function crash(faultPoint: string): Promise<{ dir: string; step: ColdStep; now: number }> {
  dirs.push(scratchDir())
  const { dir } = dirs.at(-1)!
  const child = Bun.spawn(
    [process.execPath, `${import.meta.dir}/testing/cold-crash-child.ts`, dir, faultPoint],
    { stdout: 'pipe', stderr: 'inherit' },
  )
  const output = await new Response(child.stdout).text()
  await child.exited
  expect(child.signalCode).toBe('SIGKILL')
  return { dir, ...(JSON.parse(output.trim().split('\n').at(-1)!) as { step: ColdStep; now: number }) }
}

function open(dir: string, now: number) {
  return openTsdb({ dir, clock: testClock(now), log: silentLog, autoFlush: false })
}

/** What was sent by then, and not deleted. */
function sentBy(step: ColdStep) {
  const hosts = COLD_HOSTS.filter((host) => step === 'sent' || step === 'sent-late' || host !== GONE_HOST)
  return hosts.map((host) => ({
    host,
    samples: [...coldFrames(host), ...(step === 'sent' ? [] : lateFrames(host))],
  }))
}

function filesOnDisk(dir: string): string[] {
  const cold = join(dir, 'cold')
  if (!existsSync(cold)) return []
  return readdirSync(cold, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'))
}

function listed(dir: string): string[] {
  using inspection = inspectTsdb(dir)
  return inspection.coldFiles().map(({ file, damage }) => {
    expect({ name: file.name, damage }).toEqual({ name: file.name, damage: null })
    return join(file.entity, `${file.name}.parquet`)
  })
}

const jobs = /^(seal|cold-merge|rewrite)\./
const points = [
  ...FAULT_POINTS.filter((point) => jobs.test(point)),
  // Of the part files, after six of whole days.
  ...['seal.before-commit@8', 'seal.after-commit@9'],
]

describe.each(points)('kill -9 at %s', (point) => {
  test('leaves each frame counted once, in one tier, and the work is finished later (T1, T2, T4, T5, T6)', async () => {
    const { dir, step, now } = await crash(point)
    const sent = sentBy(step)
    const expected = foldedFrames(sent)
    expect(foldedDirectory(dir)).toEqual(expected)
    {
      await using store = await open(dir, now)
      for (const { host, samples } of sent) {
        for (const sample of samples) expect(store.append(host, 's', sample).kind).toBe('duplicate')
      }
      await store.compact()
      expect(store.health()).toMatchObject({ repairs: [], compactFault: null })
    }
    expect(foldedDirectory(dir)).toEqual(expected)
    const frames = Object.values(foldedFrameCounts(dir)).reduce((sum, count) => sum + count, 0)
    expect(frames).toBe(sent.reduce((sum, { samples }) => sum + samples.length, 0))
    expect(filesOnDisk(dir).sort()).toEqual(listed(dir).sort())
    using inspection = inspectTsdb(dir)
    expect([...inspection.rollups()]).toEqual([])
  })
})

describe.each(['before-commit', 'after-commit', 'mid-unlink'])('kill -9 at cold-retain.%s', (point) => {
  test('loses nothing that is kept and leaves no file behind that is not (T6)', async () => {
    const { dir, step, now } = await crash(`cold-retain.${point}`)
    expect(step).toBe('expired')
    const left = foldedDirectory(dir)
    expect(left).toEqual(point === 'before-commit' ? foldedFrames(sentBy(step)) : [])
    {
      const clock = testClock(now)
      await using store = await openTsdb({ dir, clock, log: silentLog, autoFlush: false })
      standADay(clock, store)
      await store.retain()
      expect(store.health().repairs).toEqual([])
    }
    expect([foldedDirectory(dir), filesOnDisk(dir)]).toEqual([[], []])
  })
})
