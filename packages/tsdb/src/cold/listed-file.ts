import type { EntityName } from '@lumen/model/catalog'
import type { TimeRange } from '@lumen/model/time'
import type { ColdFile } from './cold-file.ts'

/** A cold file as the manifest has it, without its index. */
export interface ListedFile extends Omit<ColdFile, 'index'> {
  id: number
  /** Number of the manifest's commit as of which the file's contents were gathered. */
  commitNo: number
  /** When it was listed, epoch ms. */
  madeAt: number
}

/** What the cold tier holds of an entity. */
export interface ColdCoverage {
  entity: EntityName
  /** Whole UTC days with a file, sorted and disjoint. */
  ranges: TimeRange[]
  bytes: number
  rows: number
}

/** By entity, in the order the files are in. */
export function coverageOf(files: Iterable<ListedFile>): ColdCoverage[] {
  const byEntity = Map.groupBy(files, (file) => file.entity)
  return [...byEntity].map(([entity, each]) => ({
    entity,
    ranges: union(each.map((file) => file.span)),
    bytes: each.reduce((sum, file) => sum + file.bytes, 0),
    rows: each.reduce((sum, file) => sum + file.rows, 0),
  }))
}

function union(spans: readonly TimeRange[]): TimeRange[] {
  const merged: TimeRange[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1)
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else merged.push({ ...span })
  }
  return merged
}
