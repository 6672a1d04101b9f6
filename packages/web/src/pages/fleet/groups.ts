/** Hosts under one tag; null: those without any. */
export interface TagGroup {
  tag: string | null
  ids: readonly number[]
}

/** Ids by tag in the order they have, tags by name; a host with several tags stands under each. */
export function groupByTag(ids: readonly number[], tagsOf: (id: number) => readonly string[]): TagGroup[] {
  const groups = new Map<string, number[]>()
  const untagged: number[] = []
  for (const id of ids) {
    const tags = tagsOf(id)
    if (tags.length === 0) untagged.push(id)
    for (const tag of tags) groups.set(tag, [...(groups.get(tag) ?? []), id])
  }
  const named = [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([tag, members]) => ({ tag, ids: members }))
  return untagged.length === 0 ? named : [...named, { tag: null, ids: untagged }]
}
