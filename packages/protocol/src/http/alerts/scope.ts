import { z } from 'zod'

/** A glob over names and keys: `*` any run of characters, `?` one character, everything else itself. Case counts as
 * little as it does for host names. */
export const globSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}]+$/u, 'no control characters')
  .refine((glob) => (glob.match(/\*/g) ?? []).length <= 8, 'has more than 8 stars')

export const tagSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,62}$/u, 'letters, digits and . _ : - only, at most 63')

/** Which hosts are meant: one by its id, those whose name fits, those with a tag. */
export const hostSelectorSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('host'), id: z.int() }),
  z.object({ by: z.literal('name'), glob: globSchema }),
  z.object({ by: z.literal('tag'), tag: tagSchema }),
])
export type HostSelector = z.infer<typeof hostSelectorSchema>

/** `all` must be said; an empty list is refused, never taken for all. */
export const scopeSchema = z.object({
  hosts: z.union([z.literal('all'), z.array(hostSelectorSchema).min(1).max(200)]),
  except: z.array(hostSelectorSchema).max(200).default([]),
})
export type Scope = z.infer<typeof scopeSchema>
