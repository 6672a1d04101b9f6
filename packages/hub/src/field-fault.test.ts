import { expect, test } from 'bun:test'
import { z } from 'zod'
import { faultsOf } from './field-fault.ts'

const schema = z.object({ server: z.object({ host: z.string(), port: z.int() }) })

const faults = (body: unknown, under?: string) => faultsOf(schema.safeParse(body).error!, under)

test('a field that was left out is called missing, by its path', () => {
  expect(faults({ server: { port: 25 } }, 'settings')).toEqual([
    { path: 'settings.server.host', message: 'is missing' },
  ])
})

test('a field of another type says what was expected and does not repeat the value', () => {
  const [fault] = faults({ server: { host: 'mail', port: 'open sesame' } })
  expect(fault?.path).toBe('server.port')
  expect(fault?.message).toContain('expected')
  expect(fault?.message).not.toContain('sesame')
})

test('a body that is not there at all has no field to miss', () => {
  const [fault] = faults(undefined)
  expect(fault?.path).toBe('')
  expect(fault?.message).toContain('expected object')
})
