import { expect, test } from 'bun:test'
import { LiveSocket, type Wire } from './live-socket.ts'

/** A wire whose reader takes nothing while `isStuck`. */
class FakeWire implements Wire {
  readonly sent: string[] = []
  isStuck = false
  buffered = 0

  send(text: string): number {
    this.sent.push(text)
    if (this.isStuck) this.buffered += text.length
    return this.isStuck ? -1 : text.length
  }

  close(): void {}

  getBufferedAmount(): number {
    return this.buffered
  }

  takeNext(): string[] {
    return this.sent.splice(0)
  }
}

function open() {
  const wire = new FakeWire()
  const socket = new LiveSocket(wire, { userId: 1, sessionHash: 's' })
  socket.topics = new Set(['fleet', 'host:1'])
  return { wire, socket }
}

test('a reader that keeps up gets every update', () => {
  const { wire, socket } = open()
  expect(socket.update('fleet', 'a')).toBe(true)
  expect(socket.update('fleet', 'b')).toBe(true)
  expect(wire.sent).toEqual(['a', 'b'])
})

test('for a reader that stops, nothing is queued past the first message that did not go out', () => {
  const { wire, socket } = open()
  wire.isStuck = true
  socket.update('fleet', 'first')
  for (let n = 0; n < 10_000; n++) expect(socket.update('fleet', 'more')).toBe(false)
  expect(wire.sent).toEqual(['first'])
})

test('when its buffer is empty it gets one snapshot of each topic it missed, the newest state', () => {
  const { wire, socket } = open()
  wire.isStuck = true
  socket.update('fleet', 'first')
  socket.update('fleet', 'lost')
  socket.update('host:1', 'lost too')
  wire.takeNext()
  wire.isStuck = false
  wire.buffered = 0
  socket.drained((topic) => `snapshot of ${topic}`)
  expect(wire.takeNext()).toEqual(['snapshot of fleet', 'snapshot of host:1'])
  socket.update('fleet', 'next')
  expect(wire.takeNext()).toEqual(['next'])
})

test('catching up stops at the first snapshot that fills the buffer again', () => {
  const { wire, socket } = open()
  wire.isStuck = true
  socket.update('fleet', 'first')
  socket.update('fleet', 'lost')
  socket.update('host:1', 'lost')
  wire.takeNext()
  socket.drained((topic) => `snapshot of ${topic}`)
  expect(wire.takeNext()).toEqual(['snapshot of fleet'])
  socket.drained((topic) => `snapshot of ${topic}`)
  expect(wire.takeNext()).toEqual(['snapshot of host:1'])
})

test('a topic left meanwhile is not sent again', () => {
  const { wire, socket } = open()
  wire.isStuck = true
  socket.update('fleet', 'first')
  socket.update('host:1', 'lost')
  wire.takeNext()
  socket.topics = new Set(['fleet'])
  wire.isStuck = false
  socket.drained((topic) => `snapshot of ${topic}`)
  expect(wire.takeNext()).toEqual([])
})
