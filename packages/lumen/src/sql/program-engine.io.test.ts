import { expect, test } from 'bun:test'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, errorMessage } from '@lumen/std/error'
import { tempDir } from '@lumen/testkit/temp-dir'
import { ProgramEngine } from './program-engine.ts'

const never = new AbortController().signal

async function program(script: string) {
  const dir = await tempDir()
  const path = join(dir.path, 'duckdb')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return {
    path,
    at: (name: string) => join(dir.path, name),
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  }
}

/** Answers as the program does: CSV with a sign for NULL, and types when it is asked to describe. */
const DUCKDB = `cat > "$0.stdin"
if grep -q '^DESCRIBE' "$0.stdin"; then
  printf 'column_name,column_type\\nn,BIGINT\\nok,BOOLEAN\\nname,VARCHAR\\nshare,"DECIMAL(9,2)"\\n'
else
  cp "$0.stdin" "$0.query"
  printf 'n,ok,name,share\\n9007199254740993,true,"a, ""b""",12.50\\n\\001null\\001,false,,\\001null\\001\\n'
fi`

test('the program gets statements on its stdin, and its CSV becomes typed columns', async () => {
  await using duckdb = await program(DUCKDB)
  const answer = await new ProgramEngine(duckdb.path, never).run(['SET a = 1'], "SELECT '$HOME' -- all")
  expect(answer).toEqual({
    columns: [
      { name: 'n', isNumber: true },
      { name: 'ok', isNumber: false },
      { name: 'name', isNumber: false },
      { name: 'share', isNumber: true },
    ],
    rows: [
      ['9007199254740993', true, 'a, "b"', '12.50'],
      [null, false, '', null],
    ],
  })
  expect(readFileSync(duckdb.at('duckdb.query'), 'utf8')).toBe("SET a = 1\n;\nSELECT '$HOME' -- all\n;\n")
})

test('what the program says of a bad query is the error', async () => {
  await using duckdb = await program('cat > /dev/null; echo "Parser Error: syntax error" >&2; exit 1')
  const thrown = await new ProgramEngine(duckdb.path, never).run([], 'SELEC').catch((error: unknown) => error)
  expect([errorCode(thrown), errorMessage(thrown)]).toEqual(['sql_failed', 'Parser Error: syntax error'])
})

test('a program that cannot be run is refused', async () => {
  const thrown = await new ProgramEngine('/nowhere/duckdb', never).run([], 'SELECT 1').catch(errorCode)
  expect(thrown).toBe('duckdb_unusable')
})
