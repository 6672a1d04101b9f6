import { scaleOf } from '@lumen/model/fixed-point'
import { layoutOf } from '@lumen/model/metric'
import type { Sample } from '@lumen/model/sample'

/** Labels of one series as a peer gets them. */
export function labelsOf(host: number, name: string, key: string): Record<string, string> {
  return { __name__: name.replace('.', '_'), host: String(host), ...(key !== '' && { key }) }
}

/** Writes requests of Prometheus' remote-write protocol 1.0: protobuf `WriteRequest` in the snappy block format, here
 * without compressing, which spares the receiver work. Every number of a sample is one series. */
export class RemoteWriter {
  /** Encoded labels by host, entity and key, then by field. */
  readonly #labels = new Map<string, Uint8Array[]>()
  #bytes = new Uint8Array(1 << 16)
  #at = 0
  /** Numbers written since the last `take`. */
  numbers = 0

  /** Adds everything one host read at one instant. */
  add(host: number, { ts, rows }: Sample): void {
    for (const { entity, key, values } of rows) {
      const { metrics } = layoutOf(entity)
      const labels = this.#labelsOf(host, entity, key, metrics)
      for (const { index, spec } of metrics) {
        const value = values[index]!
        if (!Number.isNaN(value)) this.#series(labels[index]!, value / scaleOf(spec), ts)
      }
    }
  }

  /** The request body of everything added since the last call. */
  take(): Uint8Array<ArrayBuffer> {
    const { length } = this.#bytes.subarray(0, this.#at)
    const head = new Uint8Array(16)
    let at = putVarint(head, 0, length)
    // One literal, its length less one in four bytes.
    head[at++] = 63 << 2
    new DataView(head.buffer).setUint32(at, length - 1, true)
    at += 4
    const body = new Uint8Array(at + length)
    body.set(head.subarray(0, at))
    body.set(this.#bytes.subarray(0, length), at)
    this.#at = 0
    this.numbers = 0
    return body
  }

  #labelsOf(host: number, entity: string, key: string, metrics: readonly { name: string }[]): Uint8Array[] {
    const id = `${host} ${entity} ${key}`
    let labels = this.#labels.get(id)
    if (labels === undefined) {
      labels = metrics.map(({ name }) => encodeLabels(labelsOf(host, name, key)))
      this.#labels.set(id, labels)
    }
    return labels
  }

  /** `timeseries` (1): its labels, then `samples` (2) with `value` (1, double) and `timestamp` (2, int64). */
  #series(labels: Uint8Array, value: number, ts: number): void {
    if (this.#at + labels.length + 64 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    const bytes = this.#bytes
    const sampleLength = 1 + 8 + 1 + varintLength(ts)
    bytes[this.#at++] = 0x0a
    this.#at = putVarint(bytes, this.#at, labels.length + 2 + sampleLength)
    bytes.set(labels, this.#at)
    this.#at += labels.length
    bytes[this.#at++] = 0x12
    bytes[this.#at++] = sampleLength
    bytes[this.#at++] = 0x09
    new DataView(bytes.buffer).setFloat64(this.#at, value, true)
    this.#at += 8
    bytes[this.#at++] = 0x10
    this.#at = putVarint(bytes, this.#at, ts)
    this.numbers += 1
  }
}

/** `labels` (1) of a series, sorted by name, each with `name` (1) and `value` (2). */
function encodeLabels(labels: Record<string, string>): Uint8Array {
  const text = new TextEncoder()
  const field = (tag: number, bytes: Uint8Array) => [tag, ...varint(bytes.length), ...bytes]
  return Uint8Array.from(
    Object.entries(labels)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, value]) =>
        field(0x0a, Uint8Array.from([...field(0x0a, text.encode(name)), ...field(0x12, text.encode(value))])),
      ),
  )
}

function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(10)
  return bytes.subarray(0, putVarint(bytes, 0, value))
}

/** @returns where the next byte goes. */
function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start
  let rest = value
  while (rest >= 128) {
    bytes[at++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  bytes[at++] = rest
  return at
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1
  return length
}
