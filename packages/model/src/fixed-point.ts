import type { FieldSpec } from './field.ts'

/** Values are stored as integers: `round(value * 10^decimals)`. NaN stands for missing. */
const SCALE = [1, 10, 100] as const

export function scaleOf(spec: Pick<FieldSpec, 'decimals'>): number {
  return SCALE[spec.decimals]
}

/** Value in the field's unit → exact integer. NaN stays NaN (missing). */
export function toFixedPoint(value: number, spec: Pick<FieldSpec, 'decimals'>): number {
  return Math.round(value * SCALE[spec.decimals])
}

/** Stored integer, or an average of them, → value in the field's unit. NaN becomes null (missing). */
export function fromFixedPoint(stored: number, spec: Pick<FieldSpec, 'decimals'>): number | null {
  return Number.isNaN(stored) ? null : stored / SCALE[spec.decimals]
}
