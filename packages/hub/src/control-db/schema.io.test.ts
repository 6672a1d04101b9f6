import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import { openControlDb } from './control-db.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts'

/** Tables, columns and indexes, whatever order they came in. */
const SHAPE = 'SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name'
const COLUMNS =
  'SELECT t.name AS tab, c.name AS col, c.type FROM sqlite_schema t, pragma_table_info(t.name) c ORDER BY 1, 2'

test.each(Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1))(
  'a database of version %d is brought up with what it holds',
  async (version) => {
    await using fresh = await tempDir()
    await using newest = await openControlDb(fresh.path, 'inline')
    await using dir = await tempDir()
    {
      using db = new Database(join(dir.path, 'control.db'))
      for (const step of MIGRATIONS.slice(0, version)) db.exec(step)
      db.exec(`PRAGMA user_version = ${version};
        INSERT INTO users (name, password_hash, created_at) VALUES ('ada', 'x', 1);
        INSERT INTO hosts (name, token_hash, created_at) VALUES ('nas', 'y', 2);
        INSERT INTO settings VALUES ('interval_ms', '5000')`)
    }
    await using db = await openControlDb(dir.path, 'inline')
    expect(db.read(COLUMNS)).toEqual(newest.read(COLUMNS))
    expect(db.read(SHAPE).length).toBe(newest.read(SHAPE).length)
    expect(db.read('SELECT name FROM users UNION ALL SELECT name FROM hosts ORDER BY 1')).toEqual([
      { name: 'ada' },
      { name: 'nas' },
    ])
    expect(db.read('SELECT value FROM settings')).toEqual([{ value: '5000' }])
  },
)
