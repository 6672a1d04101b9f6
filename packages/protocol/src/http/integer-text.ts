import { z } from 'zod'

/** A whole number as it stands in a path or a query: digits, perhaps a minus. Nothing else JavaScript takes for a
 * number (`0x1`, `1e3`, an empty text for 0) is one. Unbounded unless told. */
export function integerText(bounds: { min?: number; max?: number } = {}) {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds
  return z.preprocess(
    (value) => (typeof value === 'string' && !/^-?\d+$/.test(value) ? Number.NaN : value),
    z.coerce.number().int().min(min).max(max),
  )
}
