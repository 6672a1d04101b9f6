import { expect, test } from 'bun:test'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Statement } from '../control-db/statement.ts'
import { SESSION_IDLE_MS, SESSION_MAX_MS, Sessions } from './sessions.ts'

function setUp(faulty?: Pick<ControlDb, 'run'>) {
  const clock = new FakeClock()
  const writes: Statement[] = []
  const db = {
    read: () => [],
    query: async () => [],
    run: async (...batch: Statement[]) => {
      writes.push(...batch)
      return batch.map(() => ({ changes: 1, rowId: 0 }))
    },
    [Symbol.asyncDispose]: async () => {},
    ...faulty,
  }
  const sessions = new Sessions(db, clock, silentLog)
  const ended: string[] = []
  sessions.onEnd = (hash) => ended.push(hash)
  return { clock, writes, sessions, ended }
}

test('what is written of a session is its hash, never its token', async () => {
  const { sessions, writes } = setUp()
  const token = await sessions.start(1)
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(JSON.stringify(writes)).not.toContain(token)
})

test('a session ends after 30 idle days, and 90 days after its start however used', async () => {
  const { clock, sessions, ended } = setUp()
  const idle = await sessions.start(1)
  const busy = await sessions.start(1)
  clock.advance(SESSION_IDLE_MS)
  expect(sessions.find(busy)).toBeDefined()
  clock.advance(1)
  expect(sessions.find(idle)).toBeUndefined()
  expect(ended).toHaveLength(1)
  for (let used = SESSION_IDLE_MS + 1; used < SESSION_MAX_MS; used += SESSION_IDLE_MS / 2) {
    expect(sessions.find(busy)).toBeDefined()
    clock.advance(SESSION_IDLE_MS / 2)
  }
  sessions.sweep()
  expect(ended).toHaveLength(2)
})

test('use is recorded at most once an hour', async () => {
  const { clock, sessions, writes } = setUp()
  const token = await sessions.start(1)
  const before = writes.length
  for (let minute = 0; minute < 180; minute++) {
    clock.advance(60_000)
    sessions.find(token)
  }
  expect(writes.length - before).toBe(3)
})

test('ending the sessions of a user spares the one given, and others’', async () => {
  const { sessions, ended } = setUp()
  const [mine, other, foreign] = [await sessions.start(1), await sessions.start(1), await sessions.start(2)]
  await sessions.endOfUser(1, sessions.find(mine))
  expect(sessions.find(mine)).toBeDefined()
  expect(sessions.find(other)).toBeUndefined()
  expect(sessions.find(foreign)).toBeDefined()
  expect(ended).toHaveLength(1)
})

test('a session that is still being written ends with the others of its user', async () => {
  const written = Promise.withResolvers<never[]>()
  const { sessions } = setUp({ run: () => written.promise })
  const starting = sessions.start(1)
  const ending = sessions.endOfUser(1)
  written.resolve([])
  await ending
  expect(sessions.find(await starting)).toBeUndefined()
})

test('a disk that refuses keeps nobody out: the session lasts until the hub stops', async () => {
  const { sessions } = setUp({ run: () => Promise.reject(new Error('disk full')) })
  expect(sessions.find(await sessions.start(1))).toBeDefined()
})

test('a disk that hangs holds a login up for two seconds', async () => {
  const { sessions } = setUp({ run: () => new Promise(() => {}) })
  expect(sessions.find(await sessions.start(1))).toBeDefined()
})
