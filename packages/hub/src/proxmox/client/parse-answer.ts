import type { z } from 'zod'

/** Rows of an answer that could not be used. */
export interface BadRows {
  count: number
  /** The first few in words: which, and what is wrong with it. */
  first: string[]
}

export type Parsed<T> = { kind: 'parsed'; value: T; bad: BadRows } | { kind: 'not-json'; what: string }

const NAMED = 5
const NONE: BadRows = Object.freeze({ count: 0, first: [] })

/** The `data` of an answer. */
export function parseData(
  body: Uint8Array,
): { kind: 'data'; data: unknown } | { kind: 'not-json'; what: string } {
  let parsed: unknown
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
  try {
    parsed = JSON.parse(text)
  } catch {
    return { kind: 'not-json', what: /^\s*<(!doctype|html)/i.test(text) ? 'HTML' : 'something else' }
  }
  if (typeof parsed !== 'object' || parsed === null || !('data' in parsed)) {
    return { kind: 'not-json', what: 'JSON without data' }
  }
  return { kind: 'data', data: parsed.data }
}

/** A list, row by row: one that is of no use is counted and named, and loses nobody else. `null` is an empty list. */
export function parseRows<S extends z.ZodType>(schema: S, data: unknown): Parsed<z.output<S>[]> {
  if (data === null || data === undefined) return { kind: 'parsed', value: [], bad: NONE }
  if (!Array.isArray(data)) return { kind: 'not-json', what: 'no list' }
  const bad: BadRows = { count: 0, first: [] }
  const rows: z.output<S>[] = []
  for (let at = 0; at < data.length; at++) {
    const row = schema.safeParse(data[at])
    if (row.success) {
      rows.push(row.data)
      continue
    }
    bad.count += 1
    if (bad.first.length < NAMED) bad.first.push(`row ${at + 1}${labelOf(data[at])}: ${issueText(row.error)}`)
  }
  return { kind: 'parsed', value: rows, bad }
}

/** One object. `null` is one without members. */
export function parseOne<S extends z.ZodType>(schema: S, data: unknown): Parsed<z.output<S>> {
  const one = schema.safeParse(data ?? {})
  if (one.success) return { kind: 'parsed', value: one.data, bad: NONE }
  return { kind: 'not-json', what: `an answer of another shape: ${issueText(one.error)}` }
}

function issueText({ issues }: z.ZodError): string {
  const { path = [], message = 'is of no use' } = issues[0] ?? {}
  return path.length === 0 ? message : `${path.join('.')} ${message}`
}

/** What the row calls itself. */
function labelOf(row: unknown): string {
  if (typeof row !== 'object' || row === null) return ''
  const found = ['id', 'volid', 'upid', 'vmid', 'storage', 'node', 'name'].flatMap((member) => {
    const value = (row as Record<string, unknown>)[member]
    return typeof value === 'string' || typeof value === 'number' ? [String(value).slice(0, 100)] : []
  })
  return found[0] === undefined ? '' : ` (${found[0]})`
}
