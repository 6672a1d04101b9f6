import { pathToFileURL } from 'node:url'
import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api'
import { errorMessage, LumenError } from '@lumen/std/error'
import { Refusal } from '../cli/refusal.ts'
import type { Answer, Cell } from './answer.ts'
import type { Engine } from './engine.ts'
import { isNumberType } from './number-type.ts'

/** What the module exports, as far as it is used. */
type DuckDbModule = Pick<typeof import('@duckdb/node-api'), 'DuckDBInstance' | 'DuckDBTimestampTZValue'>

/** DuckDB as a module in this process. */
export class ModuleEngine implements Engine {
  readonly #entry: string

  /** @param entry path of the module's first file */
  constructor(entry: string) {
    this.#entry = entry
  }

  async run(setup: readonly string[], query: string): Promise<Answer> {
    const { DuckDBInstance, DuckDBTimestampTZValue } = await this.#load()
    // The module writes times by itself, in the zone of this machine unless told.
    DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    try {
      return answerOf(await readAll(connection, setup, query))
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  }

  async #load(): Promise<DuckDbModule> {
    try {
      // Computed, so that the executable does not try to carry it.
      return (await import(pathToFileURL(this.#entry).href)) as DuckDbModule
    } catch (thrown) {
      throw new Refusal(
        'duckdb_unusable',
        `Cannot load DuckDB from ${this.#entry}: ${errorMessage(thrown)}. Install it again for this machine`,
        { cause: thrown },
      )
    }
  }
}

async function readAll(
  connection: DuckDBConnection,
  setup: readonly string[],
  query: string,
): Promise<DuckDBResultReader> {
  try {
    for (const statement of setup) await connection.run(statement)
    return await connection.runAndReadAll(query)
  } catch (thrown) {
    throw new LumenError('sql_failed', errorMessage(thrown), { cause: thrown })
  }
}

function answerOf(reader: DuckDBResultReader): Answer {
  const types = reader.columnTypes().map(String)
  const columns = reader.columnNames().map((name, at) => ({ name, isNumber: isNumberType(types[at]!) }))
  const rows = reader.getRowsJson() as Cell[][]
  // As JSON an interval is its parts; as text it reads like one.
  if (types.includes('INTERVAL')) {
    reader.getRows().forEach((row, index) => {
      row.forEach((value, at) => {
        if (types[at] === 'INTERVAL' && value !== null) rows[index]![at] = String(value)
      })
    })
  }
  return { columns, rows }
}
