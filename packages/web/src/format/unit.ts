import type { Unit } from '@lumen/model/field'
import { durationText } from './duration.ts'
import { countOf, type Formatted, joined, scaled, threeFigures, UNKNOWN } from './number.ts'

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const DECIMAL_RATE = ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s']
const PLAIN_RATE = ['/s', 'k/s', 'M/s', 'G/s']

/** A value in a unit of the catalogue, short enough for a card: `12.3` `GiB`. null and NaN are `–`. */
export function formatUnit(unit: Unit, value: number | null | undefined): Formatted {
  if (value === null || value === undefined || !Number.isFinite(value)) return { number: UNKNOWN, unit: '' }
  return FORMATS[unit](value)
}

/** The same in one piece, for titles, text equivalents and canvas. */
export function formatText(unit: Unit, value: number | null | undefined): string {
  return joined(formatUnit(unit, value))
}

const FORMATS: Record<Unit, (value: number) => Formatted> = {
  percent: (value) => ({ number: threeFigures(value), unit: '%' }),
  bytes: (value) => scaled(value, 1024, BINARY),
  bytes_per_second: (value) => scaled(value, 1000, DECIMAL_RATE),
  per_second: (value) =>
    Math.abs(value) < 999.5 ? { number: threeFigures(value), unit: '/s' } : scaled(value, 1000, PLAIN_RATE),
  count: countOf,
  load: (value) => ({ number: twoDecimals(value), unit: '' }),
  celsius: (value) => ({ number: threeFigures(value), unit: '°C' }),
  rpm: (value) => ({ number: countOf(value).number, unit: 'rpm' }),
  watts: (value) => scaledWatts(value),
  cores: (value) => ({ number: twoDecimals(value), unit: value === 1 ? 'core' : 'cores' }),
  seconds: (value) => ({ number: durationText(value), unit: '' }),
  milliseconds: (value) =>
    Math.abs(value) < 999.5
      ? { number: threeFigures(value), unit: 'ms' }
      : Math.abs(value) < 60_000
        ? { number: threeFigures(value / 1000), unit: 's' }
        : { number: durationText(value / 1000), unit: '' },
  hours: (value) => ({ number: countOf(value).number, unit: 'h' }),
}

/** For small numbers whose hundredths matter (load, cores). */
function twoDecimals(value: number): string {
  return value < 99.995 ? value.toFixed(2) : countOf(value).number
}

function scaledWatts(value: number): Formatted {
  return Math.abs(value) < 999.95
    ? { number: threeFigures(value), unit: 'W' }
    : { number: threeFigures(value / 1000), unit: 'kW' }
}
