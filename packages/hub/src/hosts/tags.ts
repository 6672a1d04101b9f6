import { tagSchema } from '@lumen/protocol/http/alerts/scope'
import { z } from 'zod'

const storedSchema = z.array(tagSchema)

/** A stored text that an older or newer program would not write counts as none. */
export function parseTags(text: string | null | undefined): readonly string[] {
  if (text === null || text === undefined) return []
  return storedSchema.safeParse(JSON.parse(text)).data ?? []
}

/** Sorted, each once. */
export function tidyTags(tags: readonly string[]): string[] {
  return [...new Set(tags)].sort()
}

/** Every tag with the number of hosts that have it, by name. */
export function countTags(
  hosts: Iterable<{ readonly tags: readonly string[] }>,
): { tag: string; hosts: number }[] {
  const counts = new Map<string, number>()
  for (const { tags } of hosts) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].map(([tag, hosts]) => ({ tag, hosts })).sort((a, b) => (a.tag < b.tag ? -1 : 1))
}
