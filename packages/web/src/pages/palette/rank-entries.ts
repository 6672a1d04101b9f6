/** The entries a text may mean, likeliest first: the title begins with it, a word of the title begins with it,
 * it is somewhere in it, its letters are in it in order. Ties keep their order. No text: the first `most`. */
export function rankEntries<T extends { title: string }>(
  entries: readonly T[],
  text: string,
  most: number,
): T[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return entries.slice(0, most)
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry.title.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ entry }) => entry)
}

const NO_MATCH = 4

function rankOf(title: string, wanted: string): number {
  if (title.startsWith(wanted)) return 0
  if (title.split(/[\s\-_.&]+/).some((word) => word.startsWith(wanted))) return 1
  if (title.includes(wanted)) return 2
  let found = 0
  for (const letter of title) if (letter === wanted[found]) found += 1
  return found === wanted.length ? 3 : NO_MATCH
}
