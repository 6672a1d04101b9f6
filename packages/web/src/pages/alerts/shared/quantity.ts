import type { Unit } from '@lumen/model/field'
import { findMetric } from '@lumen/model/metric'
import type { Condition } from '@lumen/protocol/http/alerts/rule'
import { axisText } from '../../../charts/axis-text.ts'
import { durationText } from '../../../format/duration.ts'
import { formatText } from '../../../format/unit.ts'

/** A size numbers of a unit are typed in: one of it is `factor` of the unit. */
export interface Scale {
  label: string
  factor: number
}

const PLAIN: Partial<Record<Unit, string>> = {
  percent: '%',
  celsius: '°C',
  rpm: 'rpm',
  watts: 'W',
  cores: 'cores',
  milliseconds: 'ms',
  hours: 'h',
  per_second: '/s',
}
const SIZES: Partial<Record<Unit, readonly Scale[]>> = {
  bytes: [
    { label: 'MiB', factor: 1024 ** 2 },
    { label: 'GiB', factor: 1024 ** 3 },
    { label: 'TiB', factor: 1024 ** 4 },
  ],
  bytes_per_second: [
    { label: 'kB/s', factor: 1e3 },
    { label: 'MB/s', factor: 1e6 },
    { label: 'GB/s', factor: 1e9 },
  ],
  seconds: [
    { label: 's', factor: 1 },
    { label: 'min', factor: 60 },
    { label: 'h', factor: 3600 },
    { label: 'd', factor: 86_400 },
  ],
}

/** What a unit's numbers may be typed in, the smallest first; never empty. */
export function scalesOf(unit: Unit): readonly Scale[] {
  return SIZES[unit] ?? [{ label: PLAIN[unit] ?? '', factor: 1 }]
}

/** The largest scale in which a number reads back exactly within three digits; the first without a number. */
export function scaleFor(unit: Unit, values: readonly (number | null | undefined)[]): number {
  const scales = scalesOf(unit)
  const known = values.filter((value): value is number => value != null && value !== 0)
  if (known.length === 0)
    return SIZES[unit] === undefined ? 1 : scales[Math.min(1, scales.length - 1)]!.factor
  const fits = ({ factor }: Scale) =>
    known.every((value) => Math.abs(value) >= factor && isShort(value / factor))
  return (scales.findLast(fits) ?? scales[0]!).factor
}

const isShort = (value: number) => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6

/** What a condition's numbers are: hours for filling up, percent for a change, else the metric's own unit. Null: it
 * compares none, or the catalogue does not know its metric. */
export function unitOfCondition(condition: Pick<Condition, 'kind'> & { metric?: string }): Unit | null {
  if (condition.kind === 'fills') return 'hours'
  if (condition.kind === 'changes') return 'percent'
  return condition.kind === 'state' ? null : (findMetric(condition.metric ?? '')?.spec.unit ?? null)
}

/** A number of a condition in words; a dash when unknown. */
export function quantityText(unit: Unit | null, value: number | null | undefined): string {
  if (unit === null) return '–'
  return isDays(unit, value) ? durationText(value * 3600) : formatText(unit, value)
}

/** A number somebody chose, without digits that say nothing: `95 %`. */
export function limitText(unit: Unit | null, value: number | null | undefined): string {
  if (unit === null || value == null) return '–'
  return isDays(unit, value) ? durationText(value * 3600) : axisText(unit, value)
}

/** Hours nobody counts any more: `8 d` says more than `192 h`. */
function isDays(unit: Unit, value: number | null | undefined): value is number {
  return unit === 'hours' && typeof value === 'number' && value >= 48
}
