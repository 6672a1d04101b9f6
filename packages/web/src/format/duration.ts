const SECOND = 1
const MINUTE = 60
const HOUR = 3600
const DAY = 86_400
const YEAR = 365 * DAY

const STEPS: readonly [seconds: number, unit: string][] = [
  [YEAR, 'y'],
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
]

/** The two largest units of a span: `3 d 4 h`, `5 min 3 s`, `42 s`. Seconds in, below one `0 s`. */
export function durationText(totalSeconds: number): string {
  let rest = Math.max(0, Math.floor(totalSeconds))
  const first = STEPS.findIndex(([size]) => rest >= size)
  if (first === -1) return '0\u00a0s'
  const words: string[] = []
  for (const [size, unit] of STEPS.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) words.push(`${count}\u00a0${unit}`)
  }
  return words.join(' ')
}

/** One unit only, for places that change every second: `3 d`, `5 min`, `42 s`. */
export function shortDurationText(totalSeconds: number): string {
  const seconds = Math.max(0, Math.floor(totalSeconds))
  const [size, unit] = STEPS.find(([step]) => seconds >= step) ?? STEPS[STEPS.length - 1]!
  return `${Math.floor(seconds / size)}\u00a0${unit}`
}
