/** The rows of the first table under a heading, cells without their padding. */
export function tableOf(markdown: string, heading: string): string[][] {
  const under = markdown.split(`## ${heading}\n`)[1] ?? ''
  const lines = under.split('\n')
  const first = lines.findIndex((line) => line.startsWith('|'))
  const rows: string[][] = []
  for (const line of lines.slice(first + 2)) {
    if (!line.startsWith('|')) break
    rows.push(
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  }
  return rows
}
