import type { EntityName } from '@lumen/model/catalog'
import { entityColumns, type IntColumn, ROW_COLUMNS } from '@lumen/tsdb/cold/file/columns'
import type { CountedFile } from '@lumen/tsdb/snapshot'

/** Names of the hosts there are, by id; null where they are not known. */
export type HostNames = ReadonlyMap<number, string> | null

/** Hosts of the hub, and the average that weighs each row with what it is an average of. */
export function commonStatements(names: HostNames): string[] {
  return [
    'CREATE MACRO lumen_avg(value, n) AS sum(value * n) / sum(n)',
    'CREATE TABLE lumen_host (host_id INTEGER, name VARCHAR)',
    ...(names === null || names.size === 0
      ? []
      : [
          `INSERT INTO lumen_host VALUES ${[...names].map(([id, name]) => `(${id}, ${quoted(name)})`).join(', ')}`,
        ]),
  ]
}

/** The view of an entity over these files, with the columns of the catalogue also where no file has them. Where the
 * hub's hosts are known, rows of others do not count and each host has its name of now. */
export function viewStatement(entity: EntityName, files: readonly CountedFile[], names: HostNames): string {
  const byHidden = Map.groupBy(files, ({ hiddenHosts }) => hiddenHosts.toSorted((a, b) => a - b).join(', '))
  const parts = [
    `SELECT ${emptyColumns(entity)} WHERE false`,
    ...[...byHidden].map(([hidden, some]) => {
      const list = some.map(({ path }) => quoted(withoutGlob(path))).join(', ')
      const filter = hidden === '' ? '' : ` WHERE host_id NOT IN (${hidden})`
      return `SELECT * FROM read_parquet([${list}], union_by_name = true, filename = false, hive_partitioning = false)${filter}`
    }),
  ]
  const union = `(${parts.join('\nUNION ALL BY NAME ')}) AS stored`
  const select =
    names === null
      ? `SELECT * FROM ${union}`
      : `SELECT lumen_host.name AS host, stored.* EXCLUDE (host) FROM ${union} JOIN lumen_host USING (host_id)`
  return `CREATE VIEW "${entity}" AS ${select}`
}

/** As a text of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const ROW_TYPES: Readonly<Record<(typeof ROW_COLUMNS)[number], string>> = {
  host: 'VARCHAR',
  host_id: 'INTEGER',
  key: 'VARCHAR',
  time: 'TIMESTAMPTZ',
  n: 'INTEGER',
}

function emptyColumns(entity: EntityName): string {
  const fields = entityColumns(entity).flatMap(({ avg, max, n, rem }) =>
    max === null ? [avg, n, rem] : [avg, max, n, rem],
  )
  return [
    ...ROW_COLUMNS.map((name) => `NULL::${ROW_TYPES[name]} AS "${name}"`),
    ...fields.map((column) => `NULL::${typeOf(column)} AS "${column.name}"`),
  ].join(', ')
}

function typeOf({ type, decimals }: IntColumn): string {
  if (decimals === null) return type === 'INT32' ? 'INTEGER' : 'BIGINT'
  return `DECIMAL(${type === 'INT32' ? 9 : 18}, ${decimals})`
}

/** DuckDB takes `*`, `?` and `[` of a path for a pattern. */
function withoutGlob(path: string): string {
  return path.replace(/[*?[]/g, '[$&]')
}
