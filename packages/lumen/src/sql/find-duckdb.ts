import { existsSync, readFileSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { Refusal } from '../cli/refusal.ts'

/** The version to install; newer ones will do as well. */
export const DUCKDB_VERSION = '1.5.6-r.1'
const PACKAGE = '@duckdb/node-api'

/** DuckDB as it is installed here: a module to load or a program to run. */
export type DuckDbPlace = { kind: 'module'; entry: string } | { kind: 'program'; path: string }

export interface SearchOptions {
  dataDir: string
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  /** A folder of the checkout this runs from; null in the executable. */
  checkout: string | null
}

/** Looks where DuckDB may be, and never elsewhere: the checkout's own, NODE_PATH, `node_modules` of the data directory
 * and of the working directory, then a `duckdb` program on PATH.
 * @throws {Refusal} `duckdb_missing`, with what to install and where */
export function findDuckDb(options: SearchOptions): DuckDbPlace {
  for (const folder of moduleFolders(options)) {
    const entry = entryOf(join(folder, PACKAGE))
    if (entry !== null) return { kind: 'module', entry }
  }
  const path = Bun.which('duckdb', { PATH: options.env.PATH ?? '', cwd: options.cwd })
  if (path !== null) return { kind: 'program', path }
  throw new Refusal(
    'duckdb_missing',
    'lumen sql needs DuckDB, which is not part of Lumen. Install it beside the data with\n' +
      `  npm install --prefix ${shellWord(options.dataDir)} ${PACKAGE}@${DUCKDB_VERSION}\n` +
      'or put the duckdb program (duckdb.org) on PATH, then try again',
  )
}

function moduleFolders({ dataDir, cwd, env, checkout }: SearchOptions): string[] {
  return [
    ...(checkout === null ? [] : ancestors(checkout).map((folder) => join(folder, 'node_modules'))),
    ...(env.NODE_PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    join(dataDir, 'node_modules'),
    ...[join(cwd, 'node_modules')].filter(isOwn),
  ]
}

/** Whoever can write where somebody stands must not choose what that person runs. */
function isOwn(folder: string): boolean {
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid
  return owner !== undefined && (process.getuid === undefined || owner === process.getuid() || owner === 0)
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...ancestors(parent)]
}

function entryOf(folder: string): string | null {
  const path = join(folder, 'package.json')
  if (!existsSync(path)) return null
  const { main = 'index.js' } = JSON.parse(readFileSync(path, 'utf8')) as { main?: string }
  return join(folder, main)
}

function shellWord(text: string): string {
  return /^[\w./+:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
