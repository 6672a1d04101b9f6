// Run as a process by sqlite-snapshot.io.test.ts: copies a database while its test writes to it. A piece for each line on
// stdin, so that the test decides what happens between two pieces; a line on stdout when it is ready for the next.
import { appendFileSync, writeSync } from 'node:fs'
import { SqliteSnapshot } from '../backup/sqlite-snapshot.ts'

export const SNAPSHOT_COPY = import.meta.path

if (import.meta.main) {
  const [from, to] = process.argv.slice(2) as [string, string]
  using snapshot = new SqliteSnapshot(from)
  const chunks = snapshot.chunks()
  writeSync(1, '\n')
  for await (const _line of console) {
    const { done, value } = chunks.next()
    if (done) break
    appendFileSync(to, value)
    writeSync(1, '\n')
  }
}
