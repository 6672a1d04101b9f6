import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { StatementCache } from './statement-cache.ts'

test('the statement unused for longest is given up, the others are kept and closed at the end', () => {
  const db = new Database(':memory:')
  const cache = new StatementCache(db, 2)
  const prepared: string[] = []
  const ask = (name: string) =>
    cache.get(name, () => {
      prepared.push(name)
      return `SELECT '${name}' AS name`
    })
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) expect(ask(name).get()).toEqual({ name })
  expect(prepared).toEqual(['a', 'b', 'c', 'b'])
  cache.finalize()
  db.close(true)
})
