import { createMemo, type JSX } from 'solid-js'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { SPARK_HEIGHT, sparkPaths } from './spark.ts'

/** The last quarter of an hour as a small drawing, with its extremes for those who cannot see it. */
export function Spark(props: { values: readonly (number | null)[]; label: string }): JSX.Element {
  const paths = createMemo(() => sparkPaths(props.values))
  const spoken = () => {
    const known = props.values.filter((value) => value !== null)
    if (known.length === 0) return `${props.label}: ${t('fleet.sparkEmpty')}`
    const text = (value: number) => formatText('percent', value)
    return `${props.label}: ${t('fleet.sparkRange', text(Math.min(...known)), text(Math.max(...known)))}`
  }
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${Math.max(1, props.values.length - 1)} ${SPARK_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={spoken()}
    >
      <path class="spark-area" d={paths().area} />
      <path class="spark-line" d={paths().line} vector-effect="non-scaling-stroke" />
    </svg>
  )
}
