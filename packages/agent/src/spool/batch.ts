import type { AgentEvent } from '@lumen/protocol/agent/events'
import { unzstd, zstd } from '../runtime.ts'
import { type Moment, momentText, parseMoment } from './moment.ts'
import { RECORD_KINDS, type RecordKind } from './record.ts'

/** A frame as it lies on disk. */
export interface SpooledFrame {
  seq: number
  at: Moment
  intervalMs: number
  /** Everything of the frame's JSON after its number and time. */
  tail: string
}

/** Something that happened, as it lies on disk. */
export interface SpooledEvent {
  at: Moment
  type: AgentEvent['type']
  detail: AgentEvent['detail']
}

/** What is written at once. */
export interface Batch {
  frames: readonly SpooledFrame[]
  events: readonly SpooledEvent[]
}

/** A batch as the kind and body of a record: one line of text each, compressed together where the runtime can. Frames
 * that follow each other are nearly the same text, so three of them take a little more than one alone. */
export function encodeBatch({ frames, events }: Batch): { kind: RecordKind; body: Uint8Array } {
  const lines = [
    ...frames.map(({ seq, at, intervalMs, tail }) => `F ${seq} ${momentText(at)} ${intervalMs} ${tail}`),
    ...events.map(({ at, type, detail }) => `E ${momentText(at)} ${JSON.stringify({ type, detail })}`),
  ]
  const text = lines.join('\n')
  const compressed = zstd(text)
  return compressed === undefined
    ? { kind: RECORD_KINDS.plain, body: Buffer.from(text) }
    : { kind: RECORD_KINDS.zstd, body: compressed }
}

/** The batch in a record, or undefined when it is none we can read. */
export function decodeBatch(kind: number, body: Uint8Array): Batch | undefined {
  const text = textOf(kind, body)
  if (text === undefined) return undefined
  const frames: SpooledFrame[] = []
  const events: SpooledEvent[] = []
  for (const line of text.split('\n')) {
    const frame = /^F (\d+) (\S+) (\d+) (.*)$/.exec(line)
    const at = parseMoment(frame?.[2] ?? /^E (\S+) /.exec(line)?.[1] ?? '')
    if (at === undefined) return undefined
    if (frame !== null) {
      frames.push({ seq: Number(frame[1]), at, intervalMs: Number(frame[3]), tail: frame[4]! })
    } else {
      const { type, detail } = JSON.parse(line.slice(line.indexOf(' ', 2) + 1))
      events.push({ at, type, detail })
    }
  }
  return { frames, events }
}

function textOf(kind: number, body: Uint8Array): string | undefined {
  if (kind === RECORD_KINDS.plain) return Buffer.from(body).toString()
  return kind === RECORD_KINDS.zstd ? unzstd(body) : undefined
}
