import { z } from 'zod'

/** Values as Proxmox gives them: numbers may be text, truth may be 0 or 1, anything may be absent. What is absent, or
 * is not what it should be, is undefined: never 0, never false. */

export const number = z.unknown().optional().transform(toNumber)
export const flag = z.unknown().optional().transform(toFlag)
/** Text; numbers where a name of digits came as one. */
export const word = z.unknown().optional().transform(toWord)

/** What a row cannot do without. */
export const name = z
  .unknown()
  .transform(toWord)
  .refine((text): text is string => text !== undefined && text !== '', { message: 'is missing' })
export const vmid = z
  .unknown()
  .transform(toNumber)
  .refine((id): id is number => Number.isSafeInteger(id) && (id as number) > 0, {
    message: 'is no guest’s number',
  })
export const finite = z
  .unknown()
  .transform(toNumber)
  .refine((value): value is number => value !== undefined, { message: 'is no number' })

export function toNumber(value: unknown): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined
}

function toFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const read = toNumber(value)
  return read === undefined ? undefined : read !== 0
}

function toWord(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}
