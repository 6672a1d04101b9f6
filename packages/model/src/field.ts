/** How one number of the catalogue behaves everywhere: on the wire, in memory, on disk, in charts. */
export type Unit =
  | 'percent'
  | 'bytes'
  | 'bytes_per_second'
  | 'per_second'
  | 'count'
  | 'load'
  | 'celsius'
  | 'rpm'
  | 'watts'
  | 'cores'
  | 'seconds'
  | 'milliseconds'
  | 'hours'

export interface FieldSpec {
  /** Sentence-case name for people. */
  title: string
  unit: Unit
  /** `gauge`: read as it is. `rate`: the agent divides a counter's growth by the time between readings. */
  kind: 'gauge' | 'rate'
  /** Digits kept after the point; fixes the scale of the stored integer (see fixed-point.ts). */
  decimals: 0 | 1 | 2
  /** Inclusive limits of a believable value, in the unit. */
  bounds: readonly [min: number, max: number]
  /** The rollup keeps the maximum beside the average. */
  keepsMax: boolean
  /** false: live only (RAM tier), never written. */
  isPersisted: boolean
  /** Kernel file, API or vendor page the number comes from. */
  source: string
}

/** A word or name that travels with an entity: a `state` changes and matters, an `info` describes. */
export interface AttributeSpec {
  title: string
  kind: 'state' | 'info'
}

export interface EntitySpec {
  title: string
  /** What the key of a row is, or null where a host has exactly one row. */
  keyTitle: string | null
  /** Most rows one frame may carry. */
  maxRows: number
  fields: Readonly<Record<string, FieldSpec>>
  attributes: Readonly<Record<string, AttributeSpec>>
}

/** Largest fixed-point integer a field may have: below 2^53, so that it is exact. */
export const MAX_STORED = 9e15

type Options = { up?: boolean; live?: boolean; bounds?: readonly [number, number] }

function field(
  title: string,
  unit: Unit,
  kind: FieldSpec['kind'],
  decimals: FieldSpec['decimals'],
  bounds: readonly [number, number],
  source: string,
  options: Options,
): FieldSpec {
  return {
    title,
    unit,
    kind,
    decimals,
    bounds: options.bounds ?? bounds,
    keepsMax: options.up ?? false,
    isPersisted: !(options.live ?? false),
    source,
  }
}

/** Whatever the field's decimals are. */
const POSITIVE = [0, MAX_STORED / 100] as const
/** 9 PB: a large NAS has 100 TB. */
const SIZE = [0, MAX_STORED] as const

export const percent = (title: string, source: string, options: Options & { decimals?: 0 | 1 | 2 } = {}) =>
  field(title, 'percent', 'gauge', options.decimals ?? 2, [0, 100], source, options)
export const bytes = (title: string, source: string, options: Options = {}) =>
  field(title, 'bytes', 'gauge', 0, SIZE, source, options)
export const bytesPerSecond = (title: string, source: string, options: Options = {}) =>
  field(title, 'bytes_per_second', 'rate', 0, POSITIVE, source, options)
export const perSecond = (title: string, source: string, options: Options & { decimals?: 0 | 1 | 2 } = {}) =>
  field(title, 'per_second', 'rate', options.decimals ?? 2, POSITIVE, source, options)
export const count = (title: string, source: string, options: Options = {}) =>
  field(title, 'count', 'gauge', 0, POSITIVE, source, options)
export const load = (title: string, source: string, options: Options = {}) =>
  field(title, 'load', 'gauge', 2, [0, 1e6], source, options)
export const celsius = (title: string, source: string, options: Options = {}) =>
  field(title, 'celsius', 'gauge', 1, [-40, 125], source, options)
export const seconds = (title: string, source: string, options: Options = {}) =>
  field(title, 'seconds', 'gauge', 0, POSITIVE, source, options)
export const milliseconds = (title: string, source: string, options: Options = {}) =>
  field(title, 'milliseconds', 'gauge', 1, POSITIVE, source, options)
export const gauge = (
  title: string,
  unit: Unit,
  decimals: 0 | 1 | 2,
  source: string,
  options: Options = {},
) => field(title, unit, 'gauge', decimals, POSITIVE, source, options)

export const state = (title: string): AttributeSpec => ({ title, kind: 'state' })
export const info = (title: string): AttributeSpec => ({ title, kind: 'info' })
