import { expect, test } from 'bun:test'
import type { Ack } from '@lumen/protocol/agent/ack'
import type { RetainedFrame } from '../retain.ts'
import { hasDue } from './pick-batch.ts'
import { Replay } from './replay.ts'

const HOUR_MS = 3_600_000

function takenFrames(count: number): RetainedFrame[] {
  return Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    steady: 0,
    intervalMs: 5_000,
    tail: '',
    bytes: 0,
    ts: 0,
    wasPushed: true,
    isRestamped: false,
    isInFlight: false,
    takenEpoch: 'e',
    takenAtSteady: 0,
    readings: null,
  }))
}

function setUp(count = 6) {
  const frames = takenFrames(count)
  const replay = new Replay(() => 0)
  const hear = (replayFrom: number | null, steady: number, epoch = 'e') => {
    const ack: Ack = {
      accepted: 0,
      duplicate: 0,
      rejected: [],
      durable: [],
      epoch,
      time: 0,
      replay_from: replayFrom,
      policy: { rev: 1, interval_ms: 5_000, collectors: {} },
    }
    replay.follow(ack, frames, steady)
    const due = frames.filter((frame) => hasDue([frame], replay.epoch, true)).map(({ seq }) => seq)
    // All that is due is sent and taken at once.
    for (const frame of frames) Object.assign(frame, { takenEpoch: epoch, takenAtSteady: steady })
    return due
  }
  return { hear }
}

test('a request repeated by every ack is one replay, however long it takes', () => {
  const { hear } = setUp()
  hear(null, 1)
  expect(hear(3, 2)).toEqual([3, 4, 5, 6])
  expect(hear(3, 3)).toEqual([])
  expect(hear(4, HOUR_MS)).toEqual([])
  expect(hear(3, 2 * HOUR_MS)).toEqual([])
})

test('a request for something lower is a new one at once, one after a pause only half a minute later', () => {
  const { hear } = setUp()
  hear(null, 1)
  expect(hear(5, 2)).toEqual([5, 6])
  expect(hear(2, 3)).toEqual([2, 3, 4, 5, 6])
  expect(hear(null, 4)).toEqual([])
  expect(hear(4, 5)).toEqual([])
  expect(hear(4, 30_002)).toEqual([])
  expect(hear(4, 30_003)).toEqual([4, 5, 6])
})

test('another run of the hub gets everything, and what it asks meanwhile is part of that', () => {
  const { hear } = setUp(3)
  hear(null, 1)
  expect(hear(2, 2, 'f')).toEqual([1, 2, 3])
  expect(hear(2, HOUR_MS, 'f')).toEqual([])
})
