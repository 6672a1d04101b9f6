import { LumenError } from '@lumen/std/error'
import type { ColdDamageReport, DamageReport, HotCall, HotCalls, HotReply } from './messages.ts'

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

export interface HotEvents {
  /** The worker is gone without having been told to. */
  onEnd(error: LumenError): void
  /** The file is damaged; the next open replaces it. At most once. */
  onDamage(damage: string): void
  /** A cold file cannot be read. At most once a file. */
  onColdDamage(report: ColdDamageReport['coldDamage']): void
}

/** The main thread's end of the worker. Calls are done in order; answers come in the order of their effects. */
export class HotClient {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #ended: LumenError | undefined
  /** What the worker found wrong with the file while using it, null when nothing. */
  damage: string | null = null
  /** Cold files that cannot be read and are still in their place, by name, with why. */
  readonly coldDamage = new Map<string, string>()

  constructor(url: string | URL, { onEnd, onDamage, onColdDamage }: HotEvents) {
    this.#worker = new Worker(url)
    this.#worker.onmessage = ({ data }: MessageEvent<HotReply | DamageReport | ColdDamageReport>) => {
      if ('coldDamage' in data) {
        this.coldDamage.set(data.coldDamage.name, data.coldDamage.reason)
        return onColdDamage(data.coldDamage)
      }
      if (!('damage' in data)) return this.#settle(data)
      this.damage = data.damage
      onDamage(data.damage)
    }
    this.#worker.onerror = (event) => this.#end(event.message, onEnd)
    this.#worker.addEventListener('close', () => this.#end('it ended', onEnd))
  }

  /** @throws {LumenError} with the code the worker gave, or `hot_ended` when it is gone. */
  call<C extends HotCall>(
    call: C,
    request: HotCalls[C][0],
    transfer: ArrayBuffer[] = [],
  ): Promise<HotCalls[C][1]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as HotCalls[C][1]), reject })
      this.#worker.postMessage({ id, call, request }, transfer)
    })
  }

  /** Why nothing can be asked any more, null while it can. */
  get fault(): string | null {
    return this.#ended?.message ?? null
  }

  terminate(): void {
    this.#ended ??= new LumenError('hot_ended', 'Cannot use the hot tier: the store is closed')
    this.#worker.terminate()
    this.#rejectAll(this.#ended)
  }

  #settle(reply: HotReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (reply.ok) waiting?.resolve(reply.answer)
    else waiting?.reject(new LumenError(reply.code, reply.message))
  }

  #end(reason: string, onEnd: HotEvents['onEnd']): void {
    if (this.#ended !== undefined) return
    this.#ended = new LumenError('hot_ended', `Cannot use the hot tier: its worker is gone (${reason})`)
    this.#rejectAll(this.#ended)
    onEnd(this.#ended)
  }

  #rejectAll(error: LumenError): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
