/** A number as it stands on screen, apart from its unit so that the unit can be dimmed. */
export interface Formatted {
  number: string
  unit: string
}

/** What stands where a number is unknown. Unknown is never drawn as zero. */
export const UNKNOWN = '–'

/** No-break space between number and unit. */
const GLUE = '\u00a0'

export const joined = ({ number, unit }: Formatted): string => (unit === '' ? number : number + GLUE + unit)

/** At most three figures: `1.2`, `12.3`, `123`. */
export function threeFigures(value: number): string {
  const size = Math.abs(value)
  return value.toFixed(size >= 99.95 ? 0 : 1)
}

/** Divides by `base` until the number is below it; rounding never leaves `1000 kB` or `1024 MiB` standing. */
export function scaled(value: number, base: number, units: readonly string[]): Formatted {
  let rest = value
  let step = 0
  while (step < units.length - 1 && Math.abs(rest) >= base - (step === 0 ? 0.5 : 0.05 * (base / 100))) {
    rest /= base
    step += 1
  }
  const number = step === 0 ? String(Math.round(rest)) : threeFigures(rest)
  return { number, unit: units[step]! }
}

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** `1,234`, and `1.2 M` from a million on. */
export function countOf(value: number): Formatted {
  if (Math.abs(value) < 999_999.5) return { number: GROUPED.format(value), unit: '' }
  return scaled(value / 1000, 1000, ['k', 'M', 'G', 'T'])
}
