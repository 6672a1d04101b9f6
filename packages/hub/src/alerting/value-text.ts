import type { Unit } from '@lumen/model/field'
import { durationText } from '@lumen/std/duration-text'

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A number for people who read it in a message, with its unit. */
export function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case 'percent':
      return `${rounded(value)} %`
    case 'bytes':
      return bytesText(value)
    case 'bytes_per_second':
      return `${bytesText(value)}/s`
    case 'per_second':
      return `${rounded(value)}/s`
    case 'celsius':
      return `${rounded(value)} °C`
    case 'seconds':
      return durationText(value * 1_000)
    case 'milliseconds':
      return `${rounded(value)} ms`
    case 'rpm':
      return `${rounded(value)} rpm`
    case 'watts':
      return `${rounded(value)} W`
    case 'hours':
      return hoursText(value)
    case 'cores':
      return `${rounded(value)} cores`
    case 'count':
    case 'load':
      return rounded(value)
  }
}

/** Hours, or days from two of them on. */
export function hoursText(hours: number): string {
  return hours < 1 ? `${Math.max(1, Math.round(hours * 60))} min` : durationText(hours * 3_600_000)
}

function bytesText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 1_024 && unit < BINARY.length - 1) {
    value /= 1_024
    unit += 1
  }
  return `${rounded(value)} ${BINARY[unit]}`
}

/** One digit after the point where it says something. */
function rounded(value: number): string {
  return String(Math.abs(value) >= 1_000 ? Math.round(value) : Math.round(value * 10) / 10)
}
