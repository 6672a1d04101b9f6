import { scaleOf } from '@lumen/model/fixed-point'
import type { EntityRow } from '@lumen/model/sample'
import { type Level, levelOf } from './evaluate.ts'
import type { Subject } from './subject.ts'

/** How bad a row is for what a rule looks at; notes value and words. Undefined: the row does not say. No memory is taken
 * for a number. */
export function readRow(subject: Subject, row: EntityRow, at: number): Level | undefined {
  const { source } = subject.check
  if (source.kind === 'metric') {
    const value = row.values[source.metric.index] ?? Number.NaN
    subject.value = value
    return levelOf(source.scaled, value, subject.track.phase === 'firing' ? subject.track.level : null)
  }
  if (source.kind !== 'row') return undefined
  const isBad = source.state.isBad(row, subject, at)
  if (isBad !== true) return isBad === undefined ? undefined : null
  subject.words = source.state.words(row)
  return source.level
}

/** The level its newest value has under its check as it is now; undefined when there is no value. */
export function levelNow({ check, value, track }: Subject): Level | undefined {
  const { source, thresholds } = check
  const held = track.phase === 'firing' ? track.level : null
  if (source.kind === 'metric') return levelOf(source.scaled, value, held)
  if (source.kind === 'derived') return thresholds === null ? undefined : levelOf(thresholds, value, held)
  return undefined
}

/** Its newest value in the condition's unit; null: unknown, or nothing is compared. */
export function unitValue({ check: { source }, value }: Subject): number | null {
  if (!Number.isFinite(value)) return null
  return source.kind === 'metric' ? value / scaleOf(source.metric.spec) : value
}
