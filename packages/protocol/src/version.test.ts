import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ackSchema } from './agent/ack.ts'
import { pushSchema } from './agent/push.ts'
import { PROTOCOL_HISTORY, PROTOCOL_VERSION } from './version.ts'

function schemaHash(): string {
  const shapes = [pushSchema, ackSchema].map((schema) => z.toJSONSchema(schema, { io: 'input' }))
  return createHash('sha256').update(JSON.stringify(shapes)).digest('hex').slice(0, 16)
}

test('what crosses the wire is what the newest protocol version wrote down', () => {
  const newest = PROTOCOL_HISTORY.at(-1)!
  expect(newest.version).toBe(PROTOCOL_VERSION)
  expect(schemaHash()).toBe(newest.schemaHash)
})

test('versions only rise', () => {
  const versions = PROTOCOL_HISTORY.map((entry) => entry.version)
  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
})
