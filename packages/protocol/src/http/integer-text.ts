import { z } from 'zod'

/** A whole number as it stands in a path or a query: digits, perhaps a minus. Nothing else JavaScript takes for a
 * number (`0x1`, `1e3`, an empty text for 0) is one. Unbounded unless told. */
export function integerText(bounds: { min?: number; max?: number } = {}) {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
    z
      .int({ error: ({ input }) => (input === undefined ? undefined : 'is no whole number') })
      .min(min, `is less than ${min}`)
      .max(max, `is more than ${max}`),
  )
}
