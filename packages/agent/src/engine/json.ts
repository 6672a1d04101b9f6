import { isObject } from '@lumen/std/is-object'

/** Members of answers that may be anything. A member that is not of the wanted type is undefined. */
export type Json = Readonly<Record<string, unknown>>

export function objectOf(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text that is not empty. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A number that is not negative. */
export function amountOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined
}
