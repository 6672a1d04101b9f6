import type { LiveMessage } from '@lumen/protocol/live/message'
import type { Subscribe } from '@lumen/protocol/live/subscribe'
import { Backoff } from '@lumen/std/backoff'
import { type Accessor, createSignal } from 'solid-js'

export type LiveStatus =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** Since when nothing new has come, epoch ms on this device's clock. */
  | { kind: 'lost'; since: number }

/** What the connection uses of a WebSocket. */
export interface Socket {
  send(text: string): void
  close(): void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: (() => void) | null
}

export interface ConnectionOptions {
  open: () => Socket
  now: () => number
  /** Runs `job` after `ms`; the answer cancels it. */
  after: (ms: number, job: () => void) => () => void
  /** A connection that could not be opened: the session may have ended. */
  onRefused: () => void
  onMessage: (message: LiveMessage) => void
  random?: () => number
}

/** One WebSocket for all topics of the app. Topics are counted: the first to want one subscribes, the last to
 * leave ends it. A lost connection is opened again with back-off and asks for the same topics. */
export class Connection {
  readonly status: Accessor<LiveStatus>
  readonly #options: ConnectionOptions
  readonly #setStatus: (status: LiveStatus) => void
  readonly #backoff: Backoff
  readonly #topics = new Map<string, number>()
  #socket: Socket | null = null
  #isOpen = false
  #isStarted = false
  #isSendPending = false
  #cancelRetry: (() => void) | null = null

  constructor(options: ConnectionOptions) {
    this.#options = options
    const [status, setStatus] = createSignal<LiveStatus>({ kind: 'connecting' })
    this.status = status
    this.#setStatus = setStatus
    this.#backoff = new Backoff({
      firstMs: 500,
      maxMs: 15_000,
      ...(options.random === undefined ? {} : { random: options.random }),
    })
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#connect()
  }

  stop(): void {
    this.#isStarted = false
    this.#cancelRetry?.()
    this.#cancelRetry = null
    const socket = this.#socket
    this.#forget()
    socket?.close()
    this.#setStatus({ kind: 'connecting' })
  }

  /** Tries at once instead of waiting out the back-off (the device came online, the page came to the front). */
  retryNow(): void {
    if (!this.#isStarted || this.#cancelRetry === null) return
    this.#cancelRetry()
    this.#connect()
  }

  /** Wants a topic until the answer is called. */
  subscribe(topic: string): () => void {
    const count = this.#topics.get(topic) ?? 0
    this.#topics.set(topic, count + 1)
    if (count === 0) this.#sendTopics()
    let isWanted = true
    return () => {
      if (!isWanted) return
      isWanted = false
      const left = (this.#topics.get(topic) ?? 1) - 1
      if (left > 0) this.#topics.set(topic, left)
      else this.#topics.delete(topic)
      if (left === 0) this.#sendTopics()
    }
  }

  #connect(): void {
    this.#cancelRetry = null
    const socket = this.#options.open()
    this.#socket = socket
    socket.onopen = () => {
      this.#isOpen = true
      this.#backoff.reset()
      this.#setStatus({ kind: 'live' })
      this.#sendTopics()
    }
    socket.onmessage = (event) => {
      if (typeof event.data === 'string') this.#options.onMessage(JSON.parse(event.data) as LiveMessage)
    }
    socket.onclose = () => {
      if (this.#socket !== socket) return
      const wasOpen = this.#isOpen
      this.#forget()
      if (this.status().kind !== 'lost') this.#setStatus({ kind: 'lost', since: this.#options.now() })
      if (!wasOpen) this.#options.onRefused()
      if (this.#isStarted)
        this.#cancelRetry = this.#options.after(this.#backoff.next(), () => this.#connect())
    }
  }

  #forget(): void {
    this.#socket = null
    this.#isOpen = false
  }

  /** Gathers the changes of one turn into one message, so that moving between pages sends one list. */
  #sendTopics(): void {
    if (!this.#isOpen || this.#isSendPending) return
    this.#isSendPending = true
    queueMicrotask(() => {
      this.#isSendPending = false
      if (!this.#isOpen) return
      const message: Subscribe = { type: 'subscribe', topics: [...this.#topics.keys()] }
      this.#socket?.send(JSON.stringify(message))
    })
  }
}
