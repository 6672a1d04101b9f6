import { connect, createServer, type Socket } from 'node:net'

/** What the line does to bytes passing through, in both directions. */
export interface LineState {
  /** One-way latency, ms. */
  delayMs: number
  /** Per connection and direction; Infinity is no limit. */
  bytesPerSecond: number
  /** `open` passes bytes · `blackhole` takes connections and holds every byte · `cut` resets and refuses. */
  mode: 'open' | 'blackhole' | 'cut'
}

export interface TcpProxy extends AsyncDisposable {
  port: number
  /** `http://127.0.0.1:PORT` */
  url: string
  /** Changes the line from now on; what is not named stays. Held bytes go on when it opens again. */
  set(change: Partial<LineState>): void
  /** Connections open now. */
  connections(): number
}

/** A TCP line to 127.0.0.1:`targetPort` that can be delayed, throttled, blackholed and cut while in use. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const line: LineState = { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, mode: 'open' }
  const flows = new Set<Flow>()
  const sockets = new Set<Socket>()

  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (line.mode === 'cut') {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true })
    const pair = [near, far]
    const both = [new Flow(near, far, line), new Flow(far, near, line)]
    for (const flow of both) flows.add(flow)
    for (const socket of pair) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        for (const each of pair) {
          each.destroy()
          sockets.delete(each)
        }
        for (const flow of both) {
          flow.stop()
          flows.delete(flow)
        }
      })
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no TCP port')

  const reset = () => {
    for (const socket of [...sockets]) socket.resetAndDestroy()
  }
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    set(change) {
      Object.assign(line, change)
      if (line.mode === 'cut') reset()
      for (const flow of flows) flow.wake()
    },
    connections: () => sockets.size / 2,
    async [Symbol.asyncDispose]() {
      reset()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** One direction of one connection. Latency is pipelined: bytes keep their distance, the first is late. */
class Flow {
  readonly #from: Socket
  readonly #to: Socket
  readonly #line: LineState
  readonly #held: { bytes: Buffer | null; readAt: number }[] = []
  #freeAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(from: Socket, to: Socket, line: LineState) {
    this.#from = from
    this.#to = to
    this.#line = line
    from.on('data', (bytes: Buffer) => this.#hold(bytes))
    from.on('end', () => this.#hold(null))
    to.on('drain', () => from.resume())
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#held.length = 0
  }

  wake(): void {
    clearTimeout(this.#timer)
    const now = performance.now()
    while (this.#line.mode === 'open') {
      const next = this.#held[0]
      if (next === undefined) {
        this.#from.resume()
        return
      }
      const transferMs = ((next.bytes?.length ?? 0) / this.#line.bytesPerSecond) * 1_000
      const dueAt = Math.max(next.readAt + this.#line.delayMs, this.#freeAt) + transferMs
      if (dueAt > now) {
        this.#timer = setTimeout(() => this.wake(), dueAt - now)
        return
      }
      this.#held.shift()
      this.#freeAt = dueAt
      if (next.bytes === null) this.#to.end()
      else if (!this.#to.write(next.bytes)) this.#from.pause()
    }
  }

  #hold(bytes: Buffer | null): void {
    this.#held.push({ bytes, readAt: performance.now() })
    if (this.#line.mode !== 'open' || this.#held.length > 64) this.#from.pause()
    this.wake()
  }
}
