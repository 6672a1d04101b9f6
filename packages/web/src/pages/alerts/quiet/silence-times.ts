export const PRESETS = ['1h', '4h', 'tomorrow', 'custom'] as const
export type Preset = (typeof PRESETS)[number]

const HOUR_MS = 3_600_000
const MORNING_HOUR = 8

/** Where a preset ends, by the reader's own clock; undefined for one that is typed. */
export function presetEnd(preset: Preset, now: number): number | undefined {
  if (preset === '1h') return now + HOUR_MS
  if (preset === '4h') return now + 4 * HOUR_MS
  if (preset === 'custom') return undefined
  const day = new Date(now)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, MORNING_HOUR).getTime()
}

/** An instant as `datetime-local` fields have it: the reader's own clock, to the minute. */
export function fieldText(at: number): string {
  const day = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T${two(day.getHours())}:${two(day.getMinutes())}`
}

/** What such a field says; undefined while it says nothing. */
export function fieldTime(text: string): number | undefined {
  const at = new Date(text).getTime()
  return text === '' || Number.isNaN(at) ? undefined : at
}
