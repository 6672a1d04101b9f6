import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '@lumen/std/error'
import { CHECKOUT } from '@lumen/testkit/lumen-process'
import { tempDir } from '@lumen/testkit/temp-dir'
import { Refusal } from '../cli/refusal.ts'
import { DUCKDB_VERSION, findDuckDb } from './find-duckdb.ts'

function install(modules: string): string {
  const folder = join(modules, '@duckdb', 'node-api')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"main": "./lib/index.js"}')
  return join(folder, 'lib', 'index.js')
}

test('DuckDB is looked for in the checkout, NODE_PATH, the data directory, here, and on PATH, in this order', async () => {
  await using dir = await tempDir()
  const at = (name: string) => join(dir.path, name)
  for (const name of ['data', 'here', 'bin', 'empty']) mkdirSync(at(name))
  const options = { dataDir: at('data'), cwd: at('here'), checkout: null }
  const env = { PATH: `${at('empty')}:${at('bin')}`, NODE_PATH: `${at('empty')}:${at('modules')}` }
  writeFileSync(at('bin/duckdb'), '#!/bin/sh\n')
  chmodSync(at('bin/duckdb'), 0o755)
  expect(findDuckDb({ ...options, env })).toEqual({ kind: 'program', path: at('bin/duckdb') })
  for (const modules of ['here/node_modules', 'data/node_modules', 'modules']) {
    const entry = install(at(modules))
    expect(findDuckDb({ ...options, env })).toEqual({ kind: 'module', entry })
  }
  const found = findDuckDb({ ...options, env, checkout: import.meta.dir })
  expect(found).toMatchObject({
    kind: 'module',
    entry: expect.stringContaining(join(CHECKOUT, 'node_modules')),
  })
})

test('without it the refusal says what to install and where, in the version Lumen is tested with', async () => {
  await using dir = await tempDir()
  const options = { dataDir: join(dir.path, 'my data'), cwd: dir.path, env: { PATH: '' }, checkout: null }
  let thrown: unknown
  try {
    findDuckDb(options)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(Refusal)
  expect(errorMessage(thrown)).toContain(
    `npm install --prefix '${options.dataDir}' @duckdb/node-api@${DUCKDB_VERSION}`,
  )
  const { devDependencies } = await Bun.file(join(CHECKOUT, 'package.json')).json()
  expect(devDependencies['@duckdb/node-api']).toBe(DUCKDB_VERSION)
})
