/** Tags as typed, between commas or blanks, each once. */
export function readTags(text: string): string[] {
  const tags = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  return [...new Set(tags)]
}
