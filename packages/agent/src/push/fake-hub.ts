import { randomUUID } from 'node:crypto'
import * as zlib from 'node:zlib'
import type { Ack } from '@lumen/protocol/agent/ack'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import type { WireFrame } from '@lumen/protocol/agent/frame'
import type { Push } from '@lumen/protocol/agent/push'
import { IntervalSet } from '@lumen/std/interval-set'

/** What a test makes the next pushes meet, before the hub proper sees them; undefined lets the push through. */
export type Misbehaviour = (push: Push) => Response | Promise<Response> | undefined

/** A hub for the uplink's tests: takes pushes as the protocol says, forgets its memory on `restart`, and
 * misbehaves as told. Test support, not a hub. */
export class FakeHub {
  readonly pushes: Push[] = []
  readonly headers: Headers[] = []
  readonly events: AgentEvent[] = []
  facts: Push['facts']
  epoch = 'epoch-1'
  /** The hub's clock. */
  now: () => number = Date.now
  replayFrom: number | null = null
  intervalMs = 5_000
  policyRev = 1
  collectors: Record<string, string> = {}
  misbehave: Misbehaviour | undefined
  /** Reason for refusing a frame, or undefined. */
  refuse: ((frame: WireFrame) => string | undefined) | undefined
  /** Frames this run of the hub holds in memory, by stream and seq. */
  readonly #memory = new Map<string, Map<number, WireFrame>>()
  /** Every frame ever counted, as the history would hold it: once. */
  readonly #counted = new Map<string, Map<number, WireFrame>>()
  readonly #durable = new Map<string, IntervalSet>()
  #server: ReturnType<typeof Bun.serve> | undefined

  listen(): void {
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: this.#server?.port ?? 0,
      maxRequestBodySize: 64 * 1024 * 1024,
      fetch: (request) => this.handle(request),
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server!.port}`
  }

  close(): void {
    this.#server?.stop(true)
  }

  /** What was not durable is gone, and the epoch is new. */
  restart(): void {
    this.epoch = randomUUID()
    for (const [stream, frames] of this.#counted) {
      for (const seq of frames.keys()) if (!this.#durable.get(stream)?.has(seq)) frames.delete(seq)
    }
    this.#memory.clear()
  }

  /** Puts everything counted on "disk". */
  flush(): void {
    for (const [stream, frames] of this.#counted) {
      const set = this.#durable.get(stream) ?? new IntervalSet()
      for (const seq of frames.keys()) set.add(seq)
      this.#durable.set(stream, set)
    }
  }

  /** History of a stream in order of seq. */
  frames(stream: string): WireFrame[] {
    return sorted(this.#counted.get(stream))
  }

  /** History of all streams in order of time. */
  everything(): WireFrame[] {
    return [...this.#counted.values()].flatMap(sorted).sort((a, b) => a.ts - b.ts)
  }

  memory(stream: string): WireFrame[] {
    return sorted(this.#memory.get(stream))
  }

  async handle(request: Request): Promise<Response> {
    const raw = Buffer.from(await request.arrayBuffer())
    const encoding = request.headers.get('content-encoding')
    const text =
      encoding === 'zstd'
        ? zlib.zstdDecompressSync(raw).toString()
        : encoding === 'gzip'
          ? zlib.gunzipSync(raw).toString()
          : raw.toString()
    const push: Push = JSON.parse(text)
    this.pushes.push(push)
    this.headers.push(request.headers)
    return (await this.misbehave?.(push)) ?? Response.json(this.take(push))
  }

  take(push: Push): Ack {
    const { stream } = push.agent
    const memory = this.#memory.get(stream) ?? new Map<number, WireFrame>()
    const counted = this.#counted.get(stream) ?? new Map<number, WireFrame>()
    this.#memory.set(stream, memory)
    this.#counted.set(stream, counted)
    const rejected: Ack['rejected'] = []
    let accepted = 0
    for (const frame of push.frames) {
      const reason = this.refuse?.(frame)
      if (reason !== undefined) {
        rejected.push({ seq: frame.seq, reason })
        continue
      }
      memory.set(frame.seq, frame)
      if (counted.has(frame.seq)) continue
      counted.set(frame.seq, frame)
      accepted += 1
    }
    this.events.push(...(push.events ?? []))
    if (push.facts !== undefined) this.facts = push.facts
    return {
      accepted,
      duplicate: push.frames.length - accepted - rejected.length,
      rejected,
      durable: this.#durable.get(stream)?.ranges() ?? [],
      epoch: this.epoch,
      time: Math.round(this.now()),
      replay_from: this.replayFrom,
      policy: { rev: this.policyRev, interval_ms: this.intervalMs, collectors: this.collectors },
    }
  }
}

function sorted(frames: Map<number, WireFrame> | undefined): WireFrame[] {
  return [...(frames?.values() ?? [])].sort((a, b) => a.seq - b.seq)
}
