import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { MINUTE, SECOND } from '@lumen/model/time'
import type { Level } from './evaluate.ts'
import { advance, CALM, FLAP_TURNS, STEADY_MS, type Track } from './machine.ts'
import { tableOf } from './testing/spec-table.ts'

const FOR_MS = 5 * MINUTE
const START = 1_000_000
const SPEC = readFileSync(new URL('./SPEC.md', import.meta.url), 'utf8')

/** Feeds one reading after the other, each so long after the one before. */
function run(track: Track, readings: readonly (readonly [Level | undefined, number])[], forMs = FOR_MS) {
  let at = START
  let now = track
  for (const [level, afterMs] of readings) {
    at += afterMs
    now = advance(now, level, at, forMs)
  }
  return { track: now, at }
}

/** A track that fires at a level after readings of it. */
function firing(level: 'warning' | 'critical'): { track: Track; at: number } {
  return run(CALM, [
    [level, 0],
    [level, FOR_MS],
  ])
}

function levelNamed(name: string): Level | undefined {
  if (name === 'unknown') return undefined
  return name === 'warning' || name === 'critical' ? name : null
}

function msOf(words: string): number {
  const [count, unit] = words.split(' ')
  return Number(count) * (unit === 'min' ? MINUTE : SECOND)
}

/** The track a row starts from: in its state, and having seen what the row says for so long. */
function prepared(state: string, level: string, before: string, held: string): { track: Track; at: number } {
  if (state === 'calm') return { track: CALM, at: START }
  if (state === 'pending') {
    const track = advance(CALM, levelNamed(before), START, FOR_MS)
    return { track, at: START + msOf(held) }
  }
  const { track, at } = firing(level as 'warning' | 'critical')
  const begun = at + 10 * MINUTE
  return { track: advance(track, levelNamed(before), begun, FOR_MS), at: begun + msOf(held) }
}

const rows = tableOf(SPEC, 'State × level × reading')

test('the table has a row for every state, level and reading', () => {
  const cells = new Set(rows.map(([state, level, , , reading]) => `${state} ${level} ${reading}`))
  for (const reading of ['good', 'warning', 'critical', 'unknown']) {
    for (const cell of [
      'calm –',
      'pending warning',
      'pending critical',
      'firing warning',
      'firing critical',
    ]) {
      expect(cells).toContain(`${cell} ${reading}`)
    }
  }
})

for (const row of rows) {
  const [state, level, before, held, reading, stateAfter, levelAfter, turn] = row as string[]
  test(`${state} ${level}, ${before} for ${held}, then ${reading}: ${stateAfter} ${levelAfter}`, () => {
    const { track, at } = prepared(state!, level!, before!, held!)
    const after = advance(track, levelNamed(reading!), at, FOR_MS)
    expect({ phase: after.phase, level: after.level ?? '–' }).toEqual({
      phase: stateAfter as Track['phase'],
      level: levelAfter as 'warning',
    })
    expect(after.turns.length - track.turns.length).toBe(turn === 'yes' ? 1 : 0)
  })
}

test('with no duration a bad reading fires and a good one ends it at once', () => {
  const fired = advance(CALM, 'critical', START, 0)
  expect(fired).toMatchObject({ phase: 'firing', level: 'critical' })
  expect(advance(fired, null, START + 1, 0)).toMatchObject({ phase: 'calm', level: null })
})

test('nothing that changes nothing makes a new track', () => {
  expect(advance(CALM, null, START, FOR_MS)).toBe(CALM)
  const { track, at } = firing('warning')
  expect(advance(track, 'warning', at + SECOND, FOR_MS)).toBe(track)
  const pending = advance(CALM, 'warning', START, FOR_MS)
  expect(advance(pending, 'warning', START + SECOND, FOR_MS)).toBe(pending)
})

test('who turns too often keeps firing until nothing has changed for long, then says so truly', () => {
  let track = CALM
  let at = START
  for (let turn = 1; turn < FLAP_TURNS; turn++) {
    at += 30 * SECOND
    track = advance(track, turn % 2 === 1 ? 'warning' : null, at, 0)
    expect(track.isFlapping).toBe(false)
  }
  track = advance(track, 'warning', at + SECOND, 0)
  expect(track).toMatchObject({ phase: 'firing', isFlapping: true })
  for (let swing = 0; swing < 100; swing++) {
    at += 30 * SECOND
    track = advance(track, swing % 2 === 0 ? null : 'warning', at, 0)
    expect(track).toMatchObject({ phase: 'firing', level: 'warning', isFlapping: true })
  }
  const good = advance(track, null, at + SECOND, 0)
  expect(advance(good, null, at + SECOND + STEADY_MS - 1, 0).phase).toBe('firing')
  expect(advance(good, null, at + SECOND + STEADY_MS, 0)).toMatchObject({ phase: 'calm', turns: [] })
  expect(advance(track, 'warning', at + STEADY_MS, 0)).toMatchObject({ phase: 'firing', isFlapping: false })
})

test('what gets graver while it flaps does so at once', () => {
  let track = CALM
  for (let turn = 1; turn <= FLAP_TURNS; turn++) {
    track = advance(track, turn % 2 === 1 ? 'warning' : null, START + turn * SECOND, 0)
  }
  expect(track.isFlapping).toBe(true)
  expect(advance(track, 'critical', START + MINUTE, 0)).toMatchObject({ phase: 'firing', level: 'critical' })
})
