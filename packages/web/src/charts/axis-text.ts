import type { Unit } from '@lumen/model/field'
import { joined } from '../format/number.ts'
import { formatUnit } from '../format/unit.ts'

/** A tick's label: the page's own format without digits that say nothing: `2.5 GiB`, `50 %`, `0`. */
export function axisText(unit: Unit, value: number): string {
  if (value === 0) return '0'
  const parts = formatUnit(unit, value)
  const number = parts.number.includes('.') ? parts.number.replace(/\.?0+$/, '') : parts.number
  return joined({ ...parts, number })
}
