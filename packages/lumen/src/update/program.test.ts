import { expect, test } from 'bun:test'
import { requireSafeWay, updatingProgram } from './program.ts'

test.each(['https://hub.lan:8090', 'http://127.0.0.1:8090/lumen', 'http://[::1]:8090', 'http://localhost'])(
  'programs are taken from %s',
  (url) => {
    expect(() => requireSafeWay(url)).not.toThrow()
  },
)

test.each(['http://hub.lan:8090', 'http://10.0.0.5', 'http://127.0.0.1.example.com', 'http://localhost.lan'])(
  'no program is taken over plain HTTP from %s',
  (url) => {
    expect(() => requireSafeWay(url)).toThrow('--pin')
  },
)

test('an agent run from its source has nothing that could be replaced', () => {
  expect(() => updatingProgram('/nowhere', false)).toThrow('run from its source')
})
