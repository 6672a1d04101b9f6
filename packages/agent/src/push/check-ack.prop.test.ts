import { expect, test } from 'bun:test'
import { type Ack, ackSchema } from '@lumen/protocol/agent/ack'
import fc from 'fast-check'
import { checkAck } from './check-ack.ts'

const ACK: Ack = {
  accepted: 1,
  duplicate: 0,
  rejected: [{ seq: 40, reason: 'x' }],
  durable: [[1, 40]],
  epoch: 'e',
  time: 1_790_000_000_200,
  replay_from: null,
  policy: { rev: 3, interval_ms: 5_000, collectors: { docker: 'auto' } },
  update: { version: '0.2.0', sha256: 'ab'.repeat(32), bytes: 170_000 },
}

test('an ack is taken, unknown members and all', () => {
  expect(checkAck({ ...ACK, tomorrow: 1 })).toEqual(ACK)
})

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    -1,
    1.5,
    0,
    '1',
    [],
    {},
    [[1]],
    [[1, 2, 3]],
    [{ seq: 'a', reason: 1 }],
    1e300,
  ),
)
const paths = [
  ...Object.keys(ACK),
  'policy.rev',
  'policy.interval_ms',
  'policy.collectors',
  'update.version',
  'update.sha256',
  'update.bytes',
]

test('the hand-written check and the schema agree on every ack with one odd member', () => {
  fc.assert(
    fc.property(fc.constantFrom(...paths), odd, fc.boolean(), (path, value, isMissing) => {
      const ack: Record<string, unknown> = structuredClone(ACK)
      const [first, second] = path.split('.') as [string, string | undefined]
      const target = second === undefined ? ack : (ack[first] as Record<string, unknown>)
      if (isMissing) delete target[second ?? first]
      else target[second ?? first] = value
      expect({ ack, ok: checkAck(ack) !== undefined }).toEqual({ ack, ok: ackSchema.safeParse(ack).success })
    }),
    { numRuns: 500 },
  )
})

test('whatever JSON arrives, the check answers', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(checkAck(value)).toBeUndefined()
    }),
  )
})
