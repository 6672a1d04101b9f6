import { expect, test } from 'bun:test'
import { layoutOf } from '@lumen/model/metric'
import { decodeFrame } from './decode-frame.ts'

const base = { seq: 41, ts: 1_790_000_000_000, interval_ms: 5_000 }

test('numbers become fixed point in catalogue order and missing ones NaN', () => {
  const decoded = decodeFrame({ ...base, host: { cpu_pct: 12.5, mem_used_bytes: 8_123_456_789 } })
  if (decoded.kind !== 'sample') throw new Error(decoded.message)
  const [host] = decoded.sample.rows
  expect(host?.values[layoutOf('host').indexOf.get('cpu_pct')!]).toBe(1250)
  expect(host?.values[layoutOf('host').indexOf.get('mem_used_bytes')!]).toBe(8_123_456_789)
  expect(host?.values[layoutOf('host').indexOf.get('load1')!]).toBeNaN()
})

test('words of an entity are kept apart from its numbers', () => {
  const decoded = decodeFrame({
    ...base,
    container: { nginx: { image: 'nginx:1.27', state: 'running', cpu_pct: 0.3 } },
  })
  if (decoded.kind !== 'sample') throw new Error(decoded.message)
  expect(decoded.sample.rows[0]).toMatchObject({
    entity: 'container',
    key: 'nginx',
    attributes: { image: 'nginx:1.27', state: 'running' },
  })
})

test('unknown entities and fields are counted, not refused', () => {
  const decoded = decodeFrame({ ...base, quantum: {}, host: { cpu_pct: 1, flux: 3 } })
  expect(decoded).toMatchObject({ kind: 'sample', unknownFields: 2 })
})

test('100.0000001 percent is rounding, 101 is refused by name', () => {
  expect(decodeFrame({ ...base, host: { cpu_pct: 100.0000001 } }).kind).toBe('sample')
  expect(decodeFrame({ ...base, host: { cpu_pct: 101 } })).toEqual({
    kind: 'fault',
    seq: 41,
    path: 'host.cpu_pct',
    message: 'is 101, wanted 0 to 100',
  })
})

test.each([
  [{ ...base, seq: undefined }, 'seq'],
  [{ ...base, seq: 1.5 }, 'seq'],
  [{ ...base, ts: 'now' }, 'ts'],
  [{ ...base, ts: -1 }, 'ts'],
  [{ ...base, interval_ms: 5 }, 'interval_ms'],
  [{ ...base, host: { mem_used_bytes: -1 } }, 'host.mem_used_bytes'],
  [{ ...base, host: { cpu_pct: '12' } }, 'host.cpu_pct'],
  [{ ...base, host: [] }, 'host'],
  [{ ...base, filesystem: { '/': 5 } }, 'filesystem./'],
  [{ ...base, filesystem: { '': {} } }, 'filesystem'],
  [
    { ...base, filesystem: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`/m${i}`, {}])) },
    'filesystem',
  ],
  [{ ...base, nic: { eth0: { state: 5 } } }, 'nic.eth0.state'],
  [{ ...base, nic: { eth0: { state: 'x'.repeat(2_000) } } }, 'nic.eth0.state'],
])('frame %# is refused and the fault names %s', (raw, path) => {
  expect(decodeFrame(raw)).toMatchObject({ kind: 'fault', path })
})

test('a key named like a built-in of objects is only a key', () => {
  const raw = JSON.parse(
    `{"seq":1,"ts":1,"interval_ms":5000,"nic":{"__proto__":{"state":"up"},"constructor":{"rx_bytes_per_s":1}}}`,
  )
  const decoded = decodeFrame(raw)
  if (decoded.kind !== 'sample') throw new Error(decoded.message)
  expect(decoded.sample.rows.map((row) => row.key).sort()).toEqual(['__proto__', 'constructor'])
})
