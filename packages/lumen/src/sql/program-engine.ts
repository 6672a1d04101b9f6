import { devNull } from 'node:os'
import { errorMessage, LumenError } from '@lumen/std/error'
import { Refusal } from '../cli/refusal.ts'
import type { Answer, Cell, Column } from './answer.ts'
import { parseCsv } from './csv.ts'
import type { Engine } from './engine.ts'
import { isNumberType } from './number-type.ts'

/** Stands for NULL in what the program prints, so that it is not taken for a text. */
const NULL = '\u{1}null\u{1}'

/** DuckDB as a program, which gets everything on its stdin. */
export class ProgramEngine implements Engine {
  readonly #path: string
  readonly #ended: AbortSignal

  constructor(path: string, ended: AbortSignal) {
    this.#path = path
    this.#ended = ended
  }

  async run(setup: readonly string[], query: string): Promise<Answer> {
    const answer = await this.#ask([...setup, query])
    if (answer.code !== 0) throw new LumenError('sql_failed', answer.errors)
    const [names = [], ...lines] = parseCsv(answer.text)
    // Its CSV does not tell types. What cannot be described, as a SET, has none that matter.
    const described = await this.#ask([...setup, `DESCRIBE ${query}`])
    const types = new Map(
      parseCsv(described.text)
        .slice(1)
        .map(([name = '', type = '']) => [name, type]),
    )
    const columns = names.map((name) => ({ name, type: types.get(name) ?? '' }))
    return {
      columns: columns.map(({ name, type }): Column => ({ name, isNumber: isNumberType(type) })),
      rows: lines.map((line) => line.map((text, at) => cellOf(text, columns[at]?.type ?? ''))),
    }
  }

  async #ask(statements: readonly string[]): Promise<{ code: number; text: string; errors: string }> {
    const input = statements.map((statement) => `${statement}\n;\n`).join('')
    const flags = ['-batch', '-bail', '-init', devNull, '-csv', '-nullvalue', NULL]
    try {
      const child = Bun.spawn([this.#path, ...flags, ':memory:'], {
        stdin: new TextEncoder().encode(input),
        stdout: 'pipe',
        stderr: 'pipe',
        signal: this.#ended,
      })
      const [text, errors, code] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      return { code, text, errors: errors.trim() || `${this.#path} ended with ${code}` }
    } catch (thrown) {
      throw new Refusal('duckdb_unusable', `Cannot run ${this.#path}: ${errorMessage(thrown)}`, {
        cause: thrown,
      })
    }
  }
}

function cellOf(text: string, type: string): Cell {
  if (text === NULL) return null
  return type === 'BOOLEAN' ? text === 'true' : text
}
