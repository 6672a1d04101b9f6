/** What a query answered. */
export interface Answer {
  columns: Column[]
  /** As JSON has them, except numbers that JavaScript cannot hold exactly: those are texts. */
  rows: Cell[][]
}

export interface Column {
  name: string
  isNumber: boolean
}

export type Cell = null | string | number | boolean | Cell[] | { [name: string]: Cell }

export type AnswerFormat = 'table' | 'csv' | 'json'

/** As it goes to stdout. */
export function answerText(answer: Answer, format: AnswerFormat): string {
  if (answer.columns.length === 0) return format === 'json' ? '[]\n' : ''
  if (format === 'json') return jsonText(answer)
  return format === 'csv' ? csvText(answer) : tableText(answer)
}

/** Aligned columns, numbers to the right, null as nothing. */
function tableText({ columns, rows }: Answer): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(plainText))].map((line) =>
    line.map((text) => text.replace(/[\n\r\t]+/g, ' ')),
  )
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => Bun.stringWidth(line[at]!))))
  const rule = widths.map((width) => '─'.repeat(width))
  return [lines[0]!, rule, ...lines.slice(1)]
    .map((line) => line.map((text, at) => pad(text, widths[at]!, columns[at]!.isNumber)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
}

function pad(text: string, width: number, isNumber: boolean): string {
  const space = ' '.repeat(width - Bun.stringWidth(text))
  return isNumber ? space + text : text + space
}

/** RFC 4180 with line feeds; null is nothing, an empty text is `""`. */
function csvText({ columns, rows }: Answer): string {
  const lines = [columns.map(({ name }) => name), ...rows]
  return lines.map((line) => `${line.map(csvCell).join(',')}\n`).join('')
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  const text = plainText(cell)
  return text === '' || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** An array of objects, one a line. */
function jsonText({ columns, rows }: Answer): string {
  const names = columns.map(({ name }) => JSON.stringify(name))
  const lines = rows.map((row) => {
    const members = row.map((cell, at) => `${names[at]}:${jsonCell(cell, columns[at]!.isNumber)}`)
    return `{${members.join(',')}}`
  })
  return `[${lines.join(',\n')}]\n`
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

function jsonCell(cell: Cell, isNumber: boolean): string {
  return isNumber && typeof cell === 'string' && JSON_NUMBER.test(cell) ? cell : JSON.stringify(cell)
}

function plainText(cell: Cell): string {
  if (cell === null) return ''
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}
