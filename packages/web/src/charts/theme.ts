/** The colours a canvas needs, read from the page's tokens. */
export interface ChartTheme {
  text: string
  grid: string
  baseline: string
  gap: string
  crosshair: string
  /** Of marks that tell of trouble. */
  trouble: string
  /** Of lines from which on it is worth a look. */
  warning: string
  selection: string
  surface: string
  /** By slot, 0 to 7. */
  series: string[]
  font: string
}

export const SERIES_SLOTS = 8

export function readChartTheme(element: HTMLElement): ChartTheme {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(name).trim()
  return {
    text: token('--text-faint'),
    grid: token('--grid'),
    baseline: token('--border-strong'),
    gap: token('--gap'),
    crosshair: token('--crosshair'),
    trouble: token('--down'),
    warning: token('--stale'),
    selection: token('--selection'),
    surface: token('--surface'),
    series: Array.from({ length: SERIES_SLOTS }, (_, slot) => token(`--series-${slot + 1}`)),
    font: `11px ${style.fontFamily}`,
  }
}
