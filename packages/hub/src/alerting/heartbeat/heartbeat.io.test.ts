import { afterEach, beforeEach, expect, test } from 'bun:test'
import { MINUTE } from '@lumen/model/time'
import { silentLog } from '@lumen/std/log'
import { FakeClock } from '@lumen/testkit/fake-clock'
import { until } from '@lumen/testkit/until'
import { Heartbeat } from './heartbeat.ts'

const WITHIN = { withinMs: 30_000, everyMs: 5 }

let clock: FakeClock
let server: Bun.Server<undefined>
let answer: () => Response | Promise<Response>
let calls: string[]
let url: string | null
let isHealthy: boolean
let heartbeat: Heartbeat

beforeEach(() => {
  clock = new FakeClock()
  calls = []
  answer = () => new Response('ok')
  isHealthy = true
  server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      calls.push(`${request.method} ${new URL(request.url).pathname}`)
      return answer()
    },
  })
  url = `${server.url}beat`
  heartbeat = heartbeatThatWaits(30_000)
})
afterEach(async () => {
  await heartbeat[Symbol.asyncDispose]()
  await server.stop(true)
})

function heartbeatThatWaits(timeoutMs: number): Heartbeat {
  return new Heartbeat({
    settings: () => ({ url, every_ms: MINUTE }),
    isHealthy: () => isHealthy,
    ...{ clock, log: silentLog, timeoutMs },
  })
}

/** Has the next beat fall due, and waits until it has gone `count` times in all. */
async function beat(count: number): Promise<void> {
  clock.advance(MINUTE)
  await until(
    `call ${count}`,
    () => {
      heartbeat.sweep()
      return calls.length >= count
    },
    WITHIN,
  )
}

test('the address is called once an interval, and only while the hub is well', async () => {
  await beat(1)
  for (let again = 0; again < 5; again++) heartbeat.sweep()
  await beat(2)
  isHealthy = false
  clock.advance(10 * MINUTE)
  heartbeat.sweep()
  isHealthy = true
  await beat(3)
  expect(calls).toEqual(['GET /beat', 'GET /beat', 'GET /beat'])
})

test('without an address nothing is called', async () => {
  url = null
  clock.advance(MINUTE)
  heartbeat.sweep()
  url = `${server.url}other`
  await beat(1)
  expect(calls).toEqual(['GET /other'])
})

test.each([
  ['an error', () => new Response('no', { status: 503 }), 'it answers 503'],
  ['a redirect, which is not followed', () => Response.redirect('/elsewhere'), 'it answers 302'],
])('%s three times in a row is trouble of the hub, until it goes well', async (_name, bad, fault) => {
  answer = bad
  for (let count = 1; count <= 3; count++) {
    expect(heartbeat.trouble).toBeNull()
    await beat(count)
    await until('the fault', () => heartbeat.fault, WITHIN)
    await heartbeat.settled()
  }
  expect(heartbeat.trouble).toEqual({
    ...{ state: 'hub_channel', key: 'heartbeat' },
    words: `cannot reach its heartbeat address: ${fault}`,
  })
  answer = () => new Response('ok')
  await beat(4)
  await heartbeat.settled()
  expect(heartbeat.trouble).toBeNull()
  expect(new Set(calls)).toEqual(new Set(['GET /beat']))
})

test('an address that does not answer is given up after a while', async () => {
  heartbeat = heartbeatThatWaits(20)
  answer = () => new Promise<Response>(() => {})
  await beat(1)
  await heartbeat.settled()
  expect(heartbeat.fault).toBe('no answer in time')
})

test('an answer without end is not read', async () => {
  answer = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(65_536))
        },
      }),
    )
  await beat(1)
  await heartbeat.settled()
  expect(heartbeat.fault).toBeNull()
})
