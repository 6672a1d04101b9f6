import { numberOf } from '../../settings/number-text.ts'

/** As `numberOf`, below zero too (temperatures, changes). */
export function signedNumberOf(text: string): number | undefined {
  const plain = text.trim()
  const isBelow = /^[-−]/.test(plain)
  const value = numberOf(isBelow ? plain.slice(1) : plain)
  return value === undefined ? undefined : isBelow ? -value : value
}
