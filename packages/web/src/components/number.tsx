import type { Unit } from '@lumen/model/field'
import type { JSX } from 'solid-js'
import { formatUnit } from '../format/unit.ts'

/** A value with its unit dimmed. */
export function Num(props: { unit: Unit; value: number | null | undefined }): JSX.Element {
  const parts = () => formatUnit(props.unit, props.value)
  return (
    <span class="num">
      {parts().number}
      <span class="unit">{parts().unit}</span>
    </span>
  )
}
