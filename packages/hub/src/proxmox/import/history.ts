import type { EntityRow } from '@lumen/model/sample'

/** A time that something is known of. */
export interface Stretch {
  /** Where it begins, epoch ms. */
  at: number
  stepMs: number
}

/** Rows of several things at one time. */
export interface Moment extends Stretch {
  rows: EntityRow[]
}

/** Rows of one thing, oldest first: where each begins, then its numbers one row after the other. */
interface Track extends Pick<EntityRow, 'entity' | 'key' | 'attributes'> {
  at: Float64Array
  values: Float64Array
  /** NaN where a row has none. */
  maxima: Float64Array | null
}

/** What one archive says of several things, put together by time. Holds numbers only: a year of three hundred guests
 * is half a million rows, which as objects would be hundreds of MB. */
export class History {
  readonly #steps = new Map<number, number>()
  readonly #tracks: Track[] = []

  /** @param moments of one source, oldest first */
  add(moments: readonly Moment[]): void {
    const byThing = new Map<string, { at: number; row: EntityRow }[]>()
    for (const { at, stepMs, rows } of moments) {
      if (rows.length > 0 && !this.#steps.has(at)) this.#steps.set(at, stepMs)
      for (const row of rows) {
        const name = `${row.entity} ${row.key}`
        const known = byThing.get(name)
        if (known === undefined) byThing.set(name, [{ at, row }])
        else known.push({ at, row })
      }
    }
    for (const rows of byThing.values()) this.#tracks.push(trackOf(rows))
  }

  /** Times with rows, oldest first. */
  stretches(): Stretch[] {
    return Array.from(this.#steps, ([at, stepMs]) => ({ at, stepMs })).sort((a, b) => a.at - b.at)
  }

  /** Oldest first, each made when it is asked for. */
  *moments(): Generator<Moment> {
    const next = this.#tracks.map(() => 0)
    for (const { at, stepMs } of this.stretches()) {
      const rows: EntityRow[] = []
      for (const [index, track] of this.#tracks.entries()) {
        for (; track.at[next[index]!] === at; next[index]! += 1) rows.push(rowAt(track, next[index]!))
      }
      yield { at, stepMs, rows }
    }
  }
}

function trackOf(rows: readonly { at: number; row: EntityRow }[]): Track {
  const { entity, key, attributes, values } = rows[0]!.row
  const width = values.length
  const hasMaxima = rows.some(({ row }) => row.maxima !== undefined)
  const track: Track = {
    ...{ entity, key, attributes },
    at: Float64Array.from(rows, ({ at }) => at),
    values: new Float64Array(rows.length * width),
    maxima: hasMaxima ? new Float64Array(rows.length * width).fill(Number.NaN) : null,
  }
  for (const [index, { row }] of rows.entries()) {
    track.values.set(row.values, index * width)
    if (row.maxima !== undefined) track.maxima?.set(row.maxima, index * width)
  }
  return track
}

function rowAt({ entity, key, attributes, at, values, maxima }: Track, index: number): EntityRow {
  const width = values.length / at.length
  const of = (numbers: Float64Array) => numbers.slice(index * width, (index + 1) * width)
  return { entity, key, attributes, values: of(values), ...(maxima !== null && { maxima: of(maxima) }) }
}
