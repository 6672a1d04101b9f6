import { expect, test } from 'bun:test'
import type { LiveMessage } from '@lumen/protocol/live/message'
import { Connection, type Socket } from './connection.ts'

class FakeSocket implements Socket {
  readonly sent: string[] = []
  isClosed = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.isClosed = true
  }
}

function setUp() {
  const sockets: FakeSocket[] = []
  const timers: { ms: number; job: () => void }[] = []
  const received: LiveMessage[] = []
  const counts = { refused: 0 }
  const connection = new Connection({
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    now: () => 1_000,
    after: (ms, job) => {
      const timer = { ms, job }
      timers.push(timer)
      return () => timers.splice(timers.indexOf(timer), 1)
    },
    onRefused: () => {
      counts.refused += 1
    },
    onMessage: (message) => received.push(message),
    random: () => 1,
  })
  const fire = () => timers.shift()?.job()
  return { connection, sockets, timers, received, counts, fire }
}

const settle = () => Promise.resolve()
const topicsOf = (socket: FakeSocket) =>
  socket.sent.map((text) => (JSON.parse(text) as { topics: string[] }).topics)

test('topics are counted: two who want one subscribe once, and it ends with the last', async () => {
  const { connection, sockets } = setUp()
  connection.start()
  const first = connection.subscribe('fleet')
  const second = connection.subscribe('fleet')
  sockets[0]!.onopen?.()
  await settle()
  expect(topicsOf(sockets[0]!)).toEqual([['fleet']])
  first()
  first()
  await settle()
  expect(topicsOf(sockets[0]!)).toHaveLength(1)
  second()
  await settle()
  expect(topicsOf(sockets[0]!)).toEqual([['fleet'], []])
})

test('moving from one page to another sends one list', async () => {
  const { connection, sockets } = setUp()
  connection.start()
  const leave = connection.subscribe('fleet')
  sockets[0]!.onopen?.()
  await settle()
  leave()
  connection.subscribe('host:1')
  await settle()
  expect(topicsOf(sockets[0]!)).toEqual([['fleet'], ['host:1']])
})

test('a lost stream says since when, waits longer each time, and asks for the same topics again', async () => {
  const { connection, sockets, timers, fire, counts } = setUp()
  connection.start()
  connection.subscribe('fleet')
  sockets[0]!.onopen?.()
  expect(connection.status()).toEqual({ kind: 'live' })
  sockets[0]!.onclose?.()
  expect(connection.status()).toEqual({ kind: 'lost', since: 1_000 })
  const firstWait = timers[0]!.ms
  fire()
  sockets[1]!.onclose?.()
  expect(timers[0]!.ms).toBeGreaterThan(firstWait)
  fire()
  sockets[2]!.onopen?.()
  await settle()
  expect(connection.status()).toEqual({ kind: 'live' })
  expect(topicsOf(sockets[2]!)).toEqual([['fleet']])
  expect(counts.refused).toBe(1)
})

test('coming back online tries at once', () => {
  const { connection, sockets, timers } = setUp()
  connection.start()
  sockets[0]!.onclose?.()
  connection.retryNow()
  expect(sockets).toHaveLength(2)
  expect(timers).toHaveLength(0)
})

test('a stopped connection stays closed and hears nothing of its old socket', () => {
  const { connection, sockets, timers } = setUp()
  connection.start()
  sockets[0]!.onopen?.()
  connection.stop()
  expect(sockets[0]!.isClosed).toBe(true)
  sockets[0]!.onclose?.()
  expect(timers).toHaveLength(0)
  expect(connection.status()).toEqual({ kind: 'connecting' })
})

test('messages reach the receiver parsed', () => {
  const { connection, sockets, received } = setUp()
  connection.start()
  sockets[0]!.onmessage?.({ data: '{"type":"error","code":"x","detail":"y"}' })
  expect(received).toEqual([{ type: 'error', code: 'x', detail: 'y' }])
})
