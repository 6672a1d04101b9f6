import { expect, test } from 'bun:test'
import { COLLECTOR_SWITCHES } from '@lumen/protocol/agent/collector-switches'
import fc from 'fast-check'
import { statesOf } from './switches.ts'

test.each([
  [undefined, undefined, 'on'],
  [undefined, 'auto', 'on'],
  [undefined, 'off', 'off'],
  [true, undefined, 'on'],
  [true, 'auto', 'on'],
  [true, 'off', 'off'],
  [false, undefined, 'forbidden'],
  [false, 'auto', 'forbidden'],
  [false, 'on', 'forbidden'],
  [false, 'off', 'forbidden'],
  [true, 'OFF', 'on'],
  [true, '/var/run/other.sock', 'on'],
  [false, 'tcp://10.0.0.1:2375', 'forbidden'],
] as const)('permitted %p, asked %p: %s', (permitted, asked, state) => {
  for (const name of COLLECTOR_SWITCHES) {
    const permits = permitted === undefined ? {} : { [name]: permitted }
    expect(statesOf(permits, asked === undefined ? {} : { [name]: asked })[name]).toBe(state)
  }
})

test('a hub that asks for nonsense gets nothing more, and no switch that is none', () => {
  const asked = { shell: 'on', exec: '/bin/sh', __proto__: { docker: 'off' }, toString: 'off' }
  const states = statesOf({ docker: false }, asked as unknown as Record<string, string>)
  expect(states).toEqual({ ...statesOf({}, {}), docker: 'forbidden' })
  expect(Object.keys(states)).toEqual([...COLLECTOR_SWITCHES])
})

test('whatever a hub asks, what the owner forbade stays off and nothing else than off can be asked', () => {
  const permits = fc.record(Object.fromEntries(COLLECTOR_SWITCHES.map((name) => [name, fc.boolean()])), {
    requiredKeys: [],
  })
  const word = fc.oneof(fc.constantFrom('on', 'auto', 'off', ''), fc.string())
  const asked = fc.dictionary(fc.oneof(fc.constantFrom(...COLLECTOR_SWITCHES), fc.string()), word)
  fc.assert(
    fc.property(permits, asked, (allowed, wanted) => {
      for (const [name, state] of Object.entries(statesOf(allowed, wanted))) {
        if (allowed[name] === false) expect(state).toBe('forbidden')
        else expect(state).toBe(wanted[name] === 'off' ? 'off' : 'on')
      }
    }),
  )
})
