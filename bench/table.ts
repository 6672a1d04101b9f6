import type { Figure } from './result.ts'

/** The figures as an aligned table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = [
    ['group', 'name', 'median', 'spread', 'unit', 'peer', 'ratio', 'target', 'met'],
    ...figures.map((each) => [
      each.group,
      each.name,
      text(each.value),
      each.spread === null ? '' : `${text(each.spread[0])} … ${text(each.spread[1])}`,
      each.unit,
      each.peer === null ? '' : `${each.peer} ${text(each.peer_value)}`,
      text(each.ratio),
      each.target ?? '',
      each.met === null ? '' : each.met ? 'yes' : 'NO',
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  const notes = figures.flatMap(({ group, name, note }) =>
    note === null ? [] : [`${group} ${name}: ${note}`],
  )
  return [...lines, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

function text(value: number | null): string {
  return value === null ? '–' : String(value)
}
