/** Height of the drawing's box; x counts buckets. */
export const SPARK_HEIGHT = 100
/** A quiet host uses a low ceiling so that its life shows; few steps, so that hosts stay comparable. */
const CEILINGS = [25, 50, 100] as const

export interface SparkPaths {
  line: string
  area: string
}

/** SVG paths of a row of percentages; null breaks the line. A bucket that stands alone becomes a short dash. */
export function sparkPaths(values: readonly (number | null)[]): SparkPaths {
  const peak = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  const ceiling = CEILINGS.find((limit) => peak <= limit) ?? 100
  const y = (value: number) =>
    round(SPARK_HEIGHT - (Math.min(value, ceiling) / ceiling) * (SPARK_HEIGHT - 4) - 2)
  let line = ''
  let area = ''
  for (const [from, to] of runs(values)) {
    // The box ends at the last bucket: alone there, its dash reaches back.
    const isAlone = to - from === 1
    const start = isAlone && to === values.length ? Math.max(0, from - 0.5) : from
    const end = isAlone ? start + 0.5 : to - 1
    const points = isAlone
      ? [start, end].map((x) => `${x} ${y(values[from]!)}`)
      : values.slice(from, to).map((value, index) => `${from + index} ${y(value!)}`)
    line += `M${points.join('L')}`
    area += `M${start} ${SPARK_HEIGHT}L${points.join('L')}L${end} ${SPARK_HEIGHT}Z`
  }
  return { line, area }
}

function* runs(values: readonly (number | null)[]): Generator<[from: number, to: number]> {
  let from = -1
  for (let index = 0; index <= values.length; index++) {
    const isKnown = index < values.length && values[index] != null
    if (isKnown && from === -1) from = index
    if (!isKnown && from !== -1) {
      yield [from, index]
      from = -1
    }
  }
}

const round = (value: number): number => Math.round(value * 10) / 10
