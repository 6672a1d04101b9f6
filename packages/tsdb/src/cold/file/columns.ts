import type { EntityName } from '@lumen/model/catalog'
import { layoutOf, type Metric } from '@lumen/model/metric'
import { persistedMetrics } from '../../persisted.ts'

export type IntType = 'INT32' | 'INT64'

/** A number column of a cold file. */
export interface IntColumn {
  name: string
  type: IntType
  /** Null where nothing was counted. */
  isOptional: boolean
  /** Digits after the point where it is a value in the field's unit; null where it counts. */
  decimals: number | null
  title: string
  unit: string
  source: string
}

/** A text column of a cold file. */
export interface TextColumn {
  name: 'host' | 'key'
  title: string
  unit: string
  source: string
}

/** The columns that keep one field's rollups. */
export interface FieldColumns {
  metric: Metric
  /** round(sum / n). */
  avg: IntColumn
  /** sum - avg * n: what makes the sum exact. */
  rem: IntColumn
  n: IntColumn
  /** Null where the catalogue keeps no maximum. */
  max: IntColumn | null
}

/** Columns every cold file begins with, in order. */
export const ROW_COLUMNS = ['host', 'host_id', 'key', 'time', 'n'] as const

/** How a field's columns are called. */
export function fieldColumnNames(field: string) {
  return { avg: field, rem: `${field}_rem`, n: `${field}_n`, max: `${field}_max` }
}

export function hostColumn(): TextColumn {
  return { name: 'host', title: 'Host name', unit: 'text', source: 'its name when the file was written' }
}

export function keyColumn(entity: EntityName): TextColumn {
  const title = layoutOf(entity).spec.keyTitle
  return { name: 'key', title: title ?? 'Key', unit: 'text', source: title === null ? 'empty' : 'agent' }
}

export function rowColumn(name: 'host_id' | 'time' | 'n'): IntColumn {
  const common = { isOptional: false, decimals: null }
  if (name === 'host_id')
    return { ...common, name, type: 'INT32', title: 'Host', unit: 'id', source: "the hub's id of the host" }
  if (name === 'time')
    return { ...common, name, type: 'INT64', title: 'Start of the bucket', unit: 'UTC', source: 'frame time' }
  return { ...common, name, type: 'INT32', title: 'Frames', unit: 'count', source: 'frames with the row' }
}

/** A field's columns, by the catalogue. */
export function fieldColumns(metric: Metric): FieldColumns {
  const { title, unit, source, decimals, keepsMax } = metric.spec
  const names = fieldColumnNames(metric.field)
  const type = fitsInt32(metric) ? 'INT32' : 'INT64'
  const value = (name: string, what: string): IntColumn => ({
    name,
    type,
    isOptional: true,
    decimals,
    title: `${title}${what}`,
    unit,
    source,
  })
  const counter = (name: string, what: string): IntColumn => ({
    name,
    type: 'INT32',
    isOptional: true,
    decimals: null,
    title: `${title}${what}`,
    unit: 'count',
    source,
  })
  return {
    metric,
    avg: value(names.avg, ', average'),
    rem: counter(names.rem, ', sum less average times values'),
    n: counter(names.n, ', values'),
    max: keepsMax ? value(names.max, ', maximum') : null,
  }
}

/** Fields of an entity as the catalogue has them now. */
export function entityColumns(entity: EntityName): FieldColumns[] {
  return persistedMetrics(entity).map(fieldColumns)
}

/** Nine digits are what a DECIMAL in an INT32 can have. */
function fitsInt32(metric: Metric): boolean {
  const [low, high] = metric.spec.bounds
  return Math.max(-low, high) * 10 ** metric.spec.decimals < 1e9
}
