import type { EntityName } from '@lumen/model/catalog'
import { toFixedPoint } from '@lumen/model/fixed-point'
import { type EntityLayout, isEntityName, layoutOf } from '@lumen/model/metric'
import type { EntityRow, Sample } from '@lumen/model/sample'
import { isObject } from '@lumen/std/is-object'
import { MAX_ATTRIBUTE_LENGTH, MAX_KEY_LENGTH } from './frame.ts'

/** Why a frame was not taken: `path` names the field, as in `frames[0].host.cpu_pct`, without the `frames[0].`. */
export interface FrameFault {
  kind: 'fault'
  /** null when the frame did not even carry a usable number. */
  seq: number | null
  path: string
  message: string
}

export type DecodedFrame = { kind: 'sample'; sample: Sample; unknownFields: number } | FrameFault

/** How far past its bounds a value may lie and still be taken as rounding, as part of the bounds' width. */
const ROUNDING_SLACK = 0.001

class FaultSignal {
  readonly path: string
  readonly message: string

  constructor(path: string, message: string) {
    this.path = path
    this.message = message
  }
}

/** Checks one frame of a push against the catalogue and puts its numbers into fixed point. Hand-written because
 * it runs for every frame of every host; `frameSchema` says the same in zod. Unknown entities and fields are
 * counted, not refused, so that a newer agent works with an older hub. A value within 0.1 % outside its bounds
 * is clamped; further out the whole frame is refused, naming the field. Never throws. */
export function decodeFrame(raw: unknown): DecodedFrame {
  let seq: number | null = null
  try {
    const frame = objectAt(raw, '')
    seq = integerAt(frame.seq, 'seq', 1, Number.MAX_SAFE_INTEGER)
    const ts = integerAt(frame.ts, 'ts', 0, Number.MAX_SAFE_INTEGER)
    const intervalMs = integerAt(frame.interval_ms, 'interval_ms', 100, 3_600_000)
    const rows: EntityRow[] = []
    let unknownFields = 0
    for (const name in frame) {
      if (name === 'seq' || name === 'ts' || name === 'interval_ms') continue
      if (!isEntityName(name)) {
        unknownFields += 1
        continue
      }
      const value = frame[name]
      if (value === undefined || value === null) continue
      unknownFields += decodeEntity(name, value, rows)
    }
    return { kind: 'sample', sample: { seq, ts, intervalMs, rows }, unknownFields }
  } catch (signal) {
    if (signal instanceof FaultSignal)
      return { kind: 'fault', seq, path: signal.path, message: signal.message }
    throw signal
  }
}

function decodeEntity(entity: EntityName, value: unknown, rows: EntityRow[]): number {
  const layout = layoutOf(entity)
  if (layout.spec.keyTitle === null) return decodeRow(layout, '', objectAt(value, entity), entity, rows)
  const byKey = objectAt(value, entity)
  const keys = Object.keys(byKey)
  if (keys.length > layout.spec.maxRows) {
    throw new FaultSignal(entity, `has ${keys.length} rows, the limit is ${layout.spec.maxRows}`)
  }
  let unknownFields = 0
  for (const key of keys) {
    if (key.length === 0 || key.length > MAX_KEY_LENGTH) {
      throw new FaultSignal(entity, `has a key of ${key.length} characters, wanted 1 to ${MAX_KEY_LENGTH}`)
    }
    const path = `${entity}.${key}`
    unknownFields += decodeRow(layout, key, objectAt(byKey[key], path), path, rows)
  }
  return unknownFields
}

function decodeRow(
  layout: EntityLayout,
  key: string,
  row: Record<string, unknown>,
  path: string,
  rows: EntityRow[],
): number {
  const values = new Float64Array(layout.metrics.length).fill(Number.NaN)
  let attributes: Record<string, string> | undefined
  let unknownFields = 0
  for (const name in row) {
    const value = row[name]
    if (value === null || value === undefined) continue
    const index = layout.indexOf.get(name)
    if (index !== undefined) {
      values[index] = decodeNumber(value, layout, index, path)
    } else if (Object.hasOwn(layout.spec.attributes, name)) {
      attributes ??= {}
      attributes[name] = decodeWord(value, `${path}.${name}`)
    } else {
      unknownFields += 1
    }
  }
  rows.push({ entity: layout.entity, key, values, attributes: attributes ?? NO_ATTRIBUTES })
  return unknownFields
}

const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze({})

function decodeNumber(value: unknown, layout: EntityLayout, index: number, path: string): number {
  const { field, spec } = layout.metrics[index]!
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new FaultSignal(`${path}.${field}`, `is ${describe(value)}, wanted a number`)
  }
  const [min, max] = spec.bounds
  if (value >= min && value <= max) return toFixedPoint(value, spec)
  const slack = (max - min) * ROUNDING_SLACK
  if (spec.unit === 'percent' && value >= min - slack && value <= max + slack) {
    return toFixedPoint(Math.min(max, Math.max(min, value)), spec)
  }
  throw new FaultSignal(`${path}.${field}`, `is ${value}, wanted ${min} to ${max}`)
}

function decodeWord(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new FaultSignal(path, `is ${describe(value)}, wanted a string`)
  if (value.length > MAX_ATTRIBUTE_LENGTH) {
    throw new FaultSignal(path, `has ${value.length} characters, the limit is ${MAX_ATTRIBUTE_LENGTH}`)
  }
  return value
}

function objectAt(value: unknown, path: string): Record<string, unknown> {
  if (!isObject(value)) throw new FaultSignal(path, `is ${describe(value)}, wanted an object`)
  return value
}

function integerAt(value: unknown, path: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new FaultSignal(path, `is ${describe(value)}, wanted a whole number from ${min} to ${max}`)
  }
  return value
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number') return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
