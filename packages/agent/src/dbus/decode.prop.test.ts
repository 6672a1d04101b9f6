import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { decode, typesOf, type Value } from './decode.ts'
import { Marshal, marshalMessage } from './marshal.ts'
import { decodeMessage, encodeCall } from './message.ts'

interface Typed {
  type: string
  /** As it is given to be written, a variant with its type. */
  given: unknown
  value: Value
}

const plain = (type: string, value: fc.Arbitrary<Value>): fc.Arbitrary<Typed> =>
  value.map((one) => ({ type, given: one, value: one }))

const { typed } = fc.letrec<{ typed: Typed }>((tie) => ({
  typed: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    plain('y', fc.integer({ min: 0, max: 255 })),
    plain('u', fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    plain('s', fc.string({ unit: 'binary' })),
    plain('o', fc.constantFrom('/', '/org/freedesktop/systemd1')),
    plain('g', fc.constantFrom('', 'a(yv)', 'su')),
    tie('typed').map(({ type, given, value }) => ({ type: 'v', given: [type, given], value })),
    fc.array(tie('typed'), { minLength: 1, maxLength: 4 }).map((parts) => ({
      type: `(${parts.map(({ type }) => type).join('')})`,
      given: parts.map(({ given }) => given),
      value: parts.map(({ value }) => value),
    })),
    fc.tuple(tie('typed'), fc.integer({ min: 0, max: 3 })).map(([{ type, given, value }, count]) => ({
      type: `a${type}`,
      given: Array(count).fill(given),
      value: Array(count).fill(value),
    })),
  ),
}))
const body = fc.array(typed, { maxLength: 4 })

test('what is written in either byte order is read as it was', () => {
  fc.assert(
    fc.property(body, fc.boolean(), (parts, isLittle) => {
      const signature = parts.map(({ type }) => type).join('')
      const bytes = new Marshal(isLittle)
        .all(
          signature,
          parts.map(({ given }) => given),
        )
        .done()
      expect(decode(bytes, isLittle, signature)).toEqual(parts.map(({ value }) => value))
    }),
    { numRuns: 300 },
  )
})

test('a message is read once all of it is there, and no byte sooner', () => {
  fc.assert(
    fc.property(body, fc.boolean(), fc.nat(), (parts, isLittle, cut) => {
      const bytes = marshalMessage({
        kind: 'return',
        serial: 7,
        isLittle,
        fields: [[5, 'u', 41]],
        signature: parts.map(({ type }) => type).join(''),
        body: parts.map(({ given }) => given as Value),
      })
      expect(decodeMessage(bytes.subarray(0, cut % bytes.length))).toBeUndefined()
      const more = Buffer.concat([bytes, Buffer.from('the next one')])
      const read = decodeMessage(more)
      expect(read?.message.body()).toEqual(parts.map(({ value }) => value))
      expect(read).toEqual({
        length: bytes.length,
        message: { kind: 'return', answers: 41, error: undefined, body: expect.any(Function) },
      })
    }),
    { numRuns: 300 },
  )
})

test('whatever arrives is read, waited for or refused, in bounded time', () => {
  const flipped = fc.tuple(body, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }))
  fc.assert(
    fc.property(flipped, ([parts, flips]) => {
      const signature = parts.map(({ type }) => type).join('')
      const given = parts.map(({ given: one }) => one as Value)
      const bytes = marshalMessage({
        kind: 'return',
        serial: 7,
        fields: [[5, 'u', 41]],
        signature,
        body: given,
      })
      for (const [at, byte] of flips) bytes[at % bytes.length] = byte
      try {
        decodeMessage(bytes)?.message.body()
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a call goes out as the specification lays it out', () => {
  const call = { destination: 'a.b', path: '/c', interface: 'd.e', member: 'F', texts: ['failed', 'x'] }
  const fields = [
    [1, 'o', '/c'],
    [2, 's', 'd.e'],
    [3, 's', 'F'],
    [6, 's', 'a.b'],
  ] as const
  const bytes = marshalMessage({
    kind: 'call',
    serial: 300,
    fields,
    signature: 'as',
    body: [['failed', 'x']],
  })
  bytes[2] = 2
  expect(encodeCall(300, call).toString('hex')).toBe(bytes.toString('hex'))
})

test.each(['a', '(', '()', '(s', 'a{', '{}', 'z', 'x', 'a()', 's)', '('.repeat(200)])(
  '%s is no signature',
  (signature) => {
    expect(() => typesOf(signature)).toThrow('nonsense')
  },
)

test('variants within variants end before the stack does', () => {
  const bytes = Buffer.from(`${'\x01v\0'.repeat(100_000)}\x01y\0\x07`, 'latin1')
  expect(() => decode(bytes, true, 'v')).toThrow('nested too deeply')
})
