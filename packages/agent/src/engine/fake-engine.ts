import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineAddress } from './address.ts'

type Behaviour = 'answers' | 'hangs' | 'garbage' | 'endless' | 'closes' | 'forbids' | 'redirects'

/** A container engine for tests: a real unix socket that answers as told, and misbehaves as told. */
export class FakeEngine {
  readonly folder = mkdtempSync(join(tmpdir(), 'lumen-engine-'))
  readonly address: EngineAddress = { kind: 'unix', path: join(this.folder, 'docker.sock') }
  behaviour: Behaviour = 'answers'
  list: unknown = []
  inspected = new Map<string, unknown>()
  stats = new Map<string, unknown>()
  /** Request lines it got. */
  readonly asked: string[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #listeners = new Set<Socket>()

  constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  async listen(): Promise<void> {
    if (this.address.kind !== 'unix') return
    const { path } = this.address
    await new Promise<void>((resolve) => {
      this.#server.listen(path, resolve)
    })
  }

  get hasListener(): boolean {
    return this.#listeners.size > 0
  }

  emit(event: unknown): void {
    const line = `${JSON.stringify(event)}\n`
    for (const socket of this.#listeners) socket.write(`${line.length.toString(16)}\r\n${line}\r\n`)
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#listeners.delete(socket)
    })
    let head = ''
    socket.on('data', (bytes) => {
      head += bytes.toString()
      if (!head.includes('\r\n\r\n')) return
      const [line = ''] = head.split('\r\n')
      head = ''
      this.asked.push(line.replace(/ HTTP\/1\.1$/, ''))
      this.#answer(socket, line.split(' ')[1] ?? '')
    })
  }

  #answer(socket: Socket, path: string): void {
    if (this.behaviour !== 'answers') {
      misbehave(socket, this.behaviour)
      return
    }
    const [, id, what] = /^\/containers\/([0-9a-f]+)\/(json|stats)/.exec(path) ?? []
    if (path.startsWith('/events')) {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      this.#listeners.add(socket)
      return
    }
    const value = id === undefined ? this.list : (what === 'json' ? this.inspected : this.stats).get(id)
    if (value === undefined) send(socket, 404, '{}')
    else send(socket, 200, JSON.stringify(value))
  }
}

function misbehave(socket: Socket, behaviour: Exclude<Behaviour, 'answers'>): void {
  if (behaviour === 'closes') socket.end()
  if (behaviour === 'garbage') socket.end('\0\xff garbage\r\n\r\n')
  if (behaviour === 'forbids') send(socket, 403, 'no')
  if (behaviour === 'redirects')
    socket.end('HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n')
  if (behaviour === 'endless') flood(socket)
}

function send(socket: Socket, status: number, body: string): void {
  const length = Buffer.byteLength(body)
  socket.write(
    `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`,
  )
}

function flood(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\n\r\n')
  const chunk = '['.repeat(65_536)
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}
