import { isObject } from '@lumen/std/is-object'
import { maybeJson } from '@lumen/std/maybe-json'
import { type Moment, momentText, parseMoment } from './moment.ts'

/** Frames the spool had to drop for its limits, from the first read to the last. */
export interface SpoolDrop {
  cause: string
  frames: number
  from: Moment
  to: Moment
}

/** What the first record of a segment says. */
export interface SegmentHeader {
  stream: string
  /** The kernel's boot id when it was begun; null when unknown. */
  boot: string | null
  /** No frame of the stream has this number or a higher one yet: where a next run of the agent goes on. */
  nextSeq: number
  /** Digests of the hub's address and the token, to know a spool that is another's. */
  hub: string
  token: string
  /** All drops since the spool was last empty, one a cause. */
  drops: readonly SpoolDrop[]
}

const VERSION = 1

export function encodeHeader(header: SegmentHeader): Uint8Array {
  const drops = header.drops.map(({ from, to, ...rest }) => ({
    ...rest,
    from: momentText(from),
    to: momentText(to),
  }))
  return Buffer.from(JSON.stringify({ version: VERSION, ...header, drops }))
}

/** The header, or undefined when it is none of a version we know. */
export function decodeHeader(body: Uint8Array): SegmentHeader | undefined {
  const raw = parseObject(Buffer.from(body).toString())
  if (raw?.version !== VERSION) return undefined
  const { stream, boot, nextSeq, hub, token, drops } = raw
  if (typeof stream !== 'string' || typeof hub !== 'string' || typeof token !== 'string') return undefined
  if (typeof nextSeq !== 'number' || !Number.isSafeInteger(nextSeq) || !Array.isArray(drops)) return undefined
  return {
    ...{ stream, boot: typeof boot === 'string' ? boot : null, nextSeq, hub, token },
    drops: drops.flatMap((drop) => {
      const [from, to] = [parseMoment(String(drop?.from)), parseMoment(String(drop?.to))]
      if (from === undefined || to === undefined) return []
      return [{ cause: String(drop.cause), frames: Number(drop.frames), from, to }]
    }),
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = maybeJson(text)
  return isObject(value) ? value : undefined
}
