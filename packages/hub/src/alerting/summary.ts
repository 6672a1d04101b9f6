import { findMetric, isEntityName, layoutOf } from '@lumen/model/metric'
import type { AlertRecord } from './alert-record.ts'
import { hoursText, valueText } from './value-text.ts'

/** What an alert is about and how that stands, in a sentence. */
export function summaryOf(record: AlertRecord): string {
  if (record.state === 'resolved') return `${subjectOf(record)}: ${record.resolveReason ?? 'over'}`
  const { condition } = record
  if (condition.kind === 'state' || record.value === null) {
    return `${subjectOf(record)} ${record.words}`.trimEnd()
  }
  const { value, threshold } = record
  const metric = findMetric(condition.metric)
  if (metric === undefined) return subjectOf(record)
  const what = `${subjectOf(record)}: ${metric.spec.title}`
  switch (condition.kind) {
    case 'threshold': {
      const limit =
        threshold === null
          ? ''
          : `, ${limitWord(condition.direction, value, threshold)} ${valueText(threshold, metric.spec.unit)}`
      return `${what} is ${valueText(value, metric.spec.unit)}${limit}`
    }
    case 'fills':
      return `${what} is full in ${hoursText(value)} if it goes on like this`
    case 'changes': {
      const percent = Math.abs(Math.round(value))
      if (condition.direction === 'either')
        return `${what} differs by ${percent} % from the same hour last week`
      return `${what} is ${percent} % ${condition.direction === 'up' ? 'higher' : 'lower'} than in the same hour last week`
    }
  }
}

/** What fires goes on until it is clear of the threshold, and while it swings: by then it is not beyond it any more. */
function limitWord(direction: 'above' | 'below', value: number, threshold: number): string {
  const isBeyond = direction === 'above' ? value > threshold : value < threshold
  return isBeyond ? direction : `no longer ${direction}`
}

/** `web-1`, `web-1: Filesystem /`, `Hub`. */
function subjectOf({ hostName, entity, key }: AlertRecord): string {
  if (entity === 'hub') return 'Hub'
  if (entity === 'host' || entity === 'cluster') return hostName
  const title = entity === 'unit' ? 'Unit' : isEntityName(entity) ? layoutOf(entity).spec.title : entity
  return `${hostName}: ${title} ${key}`
}
