import type { Database } from 'bun:sqlite'

/** Read whole at every open anyway. */
const SMALL_TABLES = ['series', 'stream', 'durable', 'staged', 'cold_tombstone', 'store', 'host_first']

/** What `quick_check` says of the whole file, null when all is well. Reads all of it. */
export function checkAll(db: Database): string | null {
  return quickCheck(db, '1')
}

/** A check whose cost does not grow with the rollups: header and schema (by reading it), the small tables whole,
 * and both ends of each rollup table. */
export function checkEnds(db: Database): string | null {
  const present = tablesOf(db)
  for (const table of SMALL_TABLES.filter((each) => present.includes(each))) {
    const damage = quickCheck(db, `"${table}"`)
    if (damage !== null) return damage
  }
  // Without the indexes, which are its bulk and read when they are needed.
  if (present.includes('cold_file')) db.query('SELECT total(made_at + length(name)) FROM cold_file').get()
  for (const table of present.filter((each) => each.startsWith('rollup_'))) {
    for (const order of ['ASC', 'DESC']) {
      db.query(`SELECT * FROM "${table}" ORDER BY minute ${order}, series ${order} LIMIT 1`).get()
    }
  }
  return null
}

/** Checks table after table, yields between them; null when all is well. */
export function* checkTables(db: Database): Generator<undefined, string | null> {
  for (const table of tablesOf(db)) {
    // A day may have gone meanwhile.
    if (!tablesOf(db).includes(table)) continue
    const damage = quickCheck(db, `"${table}"`)
    if (damage !== null) return `${table}: ${damage}`
    yield
  }
  return null
}

function tablesOf(db: Database): string[] {
  return db
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => name)
}

function quickCheck(db: Database, what: string): string | null {
  const statement = db.prepare<{ quick_check: string }, []>(`PRAGMA quick_check(${what})`)
  try {
    const found = statement.get()?.quick_check ?? 'quick_check gave no answer'
    return found === 'ok' ? null : found.replaceAll('\n', ' ')
  } finally {
    statement.finalize()
  }
}
