import { expect, test } from 'bun:test'
import { decodeFrame } from '@lumen/protocol/agent/decode-frame'
import { ONE_OF_EACH, SMALL_SERVER, SyntheticMachine } from './synthetic-readings.ts'

const frameOf = (machine: SyntheticMachine) =>
  decodeFrame({ seq: 1, ts: 1_790_000_000_000, interval_ms: 1_000, ...machine.read(1_000) })

test('every reading is a frame the hub takes, without unknown fields', () => {
  for (let seed = 0; seed < 20; seed++) {
    const machine = new SyntheticMachine(seed)
    for (let tick = 0; tick < 200; tick++) {
      const decoded = frameOf(machine)
      expect(decoded).toMatchObject({ kind: 'sample', unknownFields: 0 })
    }
  }
})

test('a small server has 84 series, one of each 49', () => {
  const seriesOf = (shape: typeof SMALL_SERVER) => {
    const decoded = frameOf(new SyntheticMachine(1, shape))
    if (decoded.kind === 'fault') throw new Error(decoded.message)
    return decoded.sample.rows.reduce(
      (sum, row) => sum + row.values.filter((v) => !Number.isNaN(v)).length,
      0,
    )
  }
  expect(seriesOf(SMALL_SERVER)).toBe(84)
  expect(seriesOf(ONE_OF_EACH)).toBe(49)
})

test('the same seed reads the same, another seed differs', () => {
  const read = (seed: number) => {
    const machine = new SyntheticMachine(seed)
    return [machine.read(1_000), machine.read(1_000)]
  }
  expect(read(3)).toEqual(read(3))
  expect(read(3)).not.toEqual(read(4))
})
