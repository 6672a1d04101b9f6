import type { Answer } from './answer.ts'
import type { DuckDbPlace } from './find-duckdb.ts'
import { ModuleEngine } from './module-engine.ts'
import { ProgramEngine } from './program-engine.ts'

/** A DuckDB that answers. */
export interface Engine {
  /** Runs `setup` in a new database in memory, then the query.
   * @throws {LumenError} `sql_failed` with DuckDB's own words
   * @throws {Refusal} `duckdb_unusable` */
  run(setup: readonly string[], query: string): Promise<Answer>
}

/** @param ended aborts when the answer is not wanted any more */
export function engineAt(place: DuckDbPlace, ended: AbortSignal): Engine {
  return place.kind === 'module' ? new ModuleEngine(place.entry) : new ProgramEngine(place.path, ended)
}
