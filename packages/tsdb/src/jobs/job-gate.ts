import { LumenError } from '@lumen/std/error'

/** Lets one piece of work in at a time, in the order they came; none once it is closed. */
export class JobGate {
  #tail: Promise<unknown> = Promise.resolve()
  #isClosed = false
  /** Work that is in or waits. */
  #inside = 0
  readonly #closed = Promise.withResolvers<never>()

  constructor() {
    this.#closed.promise.catch(() => undefined)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** @throws {LumenError} `store_closed` when it is closed before the work's turn. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    using _turn = await this.enter()
    return await work()
  }

  /** Waits for its turn, which lasts until it is disposed. @throws {LumenError} `store_closed` */
  async enter(): Promise<Disposable> {
    const { before, turn } = this.#queue()
    try {
      await Promise.race([before, this.#closed.promise])
      if (this.#isClosed) await this.#closed.promise
    } catch (thrown) {
      turn[Symbol.dispose]()
      throw thrown
    }
    return turn
  }

  /** A turn that begins at once; null when it would have to wait, or the gate is closed. */
  tryEnter(): Disposable | null {
    return this.#inside > 0 || this.#isClosed ? null : this.#queue().turn
  }

  #queue(): { before: Promise<unknown>; turn: Disposable } {
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = this.#tail
    this.#tail = before.then(() => promise)
    this.#inside += 1
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      this.#inside -= 1
      resolve()
    }
    return { before, turn: { [Symbol.dispose]: end } }
  }

  close(): void {
    this.#isClosed = true
    this.#closed.reject(new LumenError('store_closed', 'Cannot go on: the store is closed'))
  }
}
