import { expect, test } from 'bun:test'
import { IntervalSet } from '@lumen/std/interval-set'
import { Retain } from './retain.ts'

const NOTHING = new IntervalSet()

/** A retainer with so many frames, each with a text of its own. */
function filled(count: number, maxBytes = 64 * 1024 * 1024) {
  const retain = new Retain(maxBytes)
  for (let seq = 1; seq <= count; seq += 1) {
    const text = JSON.stringify({
      host: { load1: seq },
      container: { wéb: { id: 'a'.repeat(200), pids: seq } },
    })
    retain.add({ seq, steady: seq * 1_000, intervalMs: 1_000, ts: null, readings: null, text }, NOTHING)
  }
  return retain
}

const load = (tail: string) => JSON.parse(`{${tail}`).host.load1

test('every frame has its own text again, in whatever order they are asked for', () => {
  const { frames } = filled(200)
  const order = [...frames.keys()].sort((a, b) => ((a * 37) % 200) - ((b * 37) % 200))
  for (const index of order) expect(load(frames[index]!.tail)).toBe(index + 1)
  expect(JSON.parse(`{${frames[3]!.tail}`)).toEqual({
    interval_ms: 1_000,
    host: { load1: 4 },
    container: { wéb: { id: 'a'.repeat(200), pids: 4 } },
  })
})

test('what leaves takes nothing of the others with it', () => {
  const retain = filled(100)
  retain.remove(40)
  retain.forget(IntervalSet.from([[1, 30]]), 20_000)
  expect(retain.frames.map(({ seq }) => seq)).toEqual(
    [...Array(100).keys()].map((i) => i + 1).filter((seq) => seq > 19 && seq !== 40),
  )
  for (const { seq, tail } of retain.frames) expect(load(tail)).toBe(seq)
})
