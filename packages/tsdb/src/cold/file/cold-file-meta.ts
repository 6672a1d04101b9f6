import type { EntityName } from '@lumen/model/catalog'
import { isEntityName } from '@lumen/model/metric'
import type { TimeRange } from '@lumen/model/time'
import type { ColdLevel } from '../cold-file.ts'

/** Version of the layout that FORMAT.md describes; a reader refuses a higher one. */
export const COLD_FORMAT = 1

/** What a cold file says about itself, so that the manifest can be made again from the files alone. */
export interface ColdFileMeta {
  /** The store's id. */
  store: string
  /** The file's number, unique in the store for ever. */
  id: number
  level: ColdLevel
  entity: EntityName
  /** Whole UTC days that the file may hold buckets of. */
  span: TimeRange
  /** The number of the manifest commit that is to list it. */
  commit: number
  /** Names of the files it takes the place of. */
  replaces: readonly string[]
}

/** `2026-11-23-7`, `2026-11-23-part-8`, `2026-11-9`: the file's name without folder and ending. */
export function coldFileName(meta: Pick<ColdFileMeta, 'id' | 'level' | 'span'>): string {
  const day = new Date(meta.span.from).toISOString().slice(0, 10)
  if (meta.level === 'month') return `${day.slice(0, 7)}-${meta.id}`
  return meta.level === 'part' ? `${day}-part-${meta.id}` : `${day}-${meta.id}`
}

const PREFIX = 'lumen.'

/** As Parquet key-value metadata. */
export function metaPairs(meta: ColdFileMeta): { key: string; value: string }[] {
  const values = {
    format: String(COLD_FORMAT),
    store: meta.store,
    id: String(meta.id),
    level: meta.level,
    entity: meta.entity,
    from: new Date(meta.span.from).toISOString(),
    to: new Date(meta.span.to).toISOString(),
    commit: String(meta.commit),
    replaces: JSON.stringify(meta.replaces),
  }
  return Object.entries(values).map(([key, value]) => ({ key: PREFIX + key, value }))
}

const LEVELS: readonly ColdLevel[] = ['day', 'month', 'part']

/** The opposite. @throws {RangeError} when a pair is missing or not understood. */
export function metaFrom(pairs: ReadonlyMap<string, string>): ColdFileMeta {
  const text = (key: string) => {
    const value = pairs.get(PREFIX + key)
    if (value === undefined)
      throw new RangeError(`the footer has no ${PREFIX}${key}: not a cold file of Lumen`)
    return value
  }
  const wholeNumber = (key: string) => {
    if (!/^\d{1,15}$/.test(text(key))) throw new RangeError(`${PREFIX}${key} is no number: ${text(key)}`)
    return Number(text(key))
  }
  const format = wholeNumber('format')
  if (format > COLD_FORMAT)
    throw new RangeError(`its format is ${format}, this program reads up to ${COLD_FORMAT}`)
  const entity = text('entity')
  if (!isEntityName(entity)) throw new RangeError(`the catalogue has no entity ${entity}`)
  const level = LEVELS.find((known) => known === text('level'))
  if (level === undefined) throw new RangeError(`there is no level ${text('level')}`)
  const span = { from: Date.parse(text('from')), to: Date.parse(text('to')) }
  if (!(span.from < span.to)) throw new RangeError(`its span is empty: ${text('from')} to ${text('to')}`)
  return {
    store: text('store'),
    id: wholeNumber('id'),
    level,
    entity,
    span,
    commit: wholeNumber('commit'),
    replaces: (JSON.parse(text('replaces')) as string[]).map(String),
  }
}
