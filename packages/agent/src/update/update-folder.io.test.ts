import { afterEach, beforeEach, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { buildPath, isSafeFolder, isWhole, openUpdateFolder, tidyUpdateFolder } from './update-folder.ts'
import { EMPTY_STATE, readUpdateState, writeUpdateState } from './update-state.ts'

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')

let dir: TempDir
let folder: string
beforeEach(async () => {
  dir = await tempDir('lumen-update-folder-')
  folder = join(dir.path, 'update')
})
afterEach(() => dir[Symbol.asyncDispose]())

test('the folder is made for the agent alone', () => {
  openUpdateFolder(folder)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  openUpdateFolder(folder)
})

test('a folder others may write in, or a link to one, holds nothing that is run', () => {
  expect(isSafeFolder(folder)).toBe(false)
  openUpdateFolder(folder)
  symlinkSync(folder, join(dir.path, 'link'))
  expect(isSafeFolder(join(dir.path, 'link'))).toBe(false)
  for (const mode of [0o720, 0o702, 0o777]) {
    chmodSync(folder, mode)
    expect(() => openUpdateFolder(folder)).toThrow('nobody else can write')
  }
})

test('a build is whole when its bytes are those of its digest', () => {
  openUpdateFolder(folder)
  const digest = digestOf('program')
  const path = buildPath(folder, 'executable', digest)
  expect(isWhole(path, digest)).toBe(false)
  writeFileSync(path, 'program')
  expect(isWhole(path, digest)).toBe(true)
  writeFileSync(path, 'progran')
  expect(isWhole(path, digest)).toBe(false)
  expect(isWhole(folder, digest)).toBe(false)
})

test('builds nothing speaks of and downloads that were cut off are removed, the rest stays', () => {
  openUpdateFolder(folder)
  const build = (text: string) => ({ version: '1.0.0', sha256: digestOf(text) })
  const state = { ...EMPTY_STATE, current: build('a'), trial: { ...build('b'), from: '1.0.0', starts: 1 } }
  writeUpdateState(folder, state)
  for (const text of ['a', 'b', 'c']) writeFileSync(buildPath(folder, 'script', digestOf(text)), text)
  for (const name of ['incoming', 'notes']) writeFileSync(join(folder, name), '')
  tidyUpdateFolder(folder, state)
  const kept = [state.current, state.trial].map(({ sha256 }) => `build-${sha256.slice(0, 16)}.cjs`)
  expect(readdirSync(folder).sort()).toEqual([...kept, 'notes', 'state.json'].sort())
  expect(readUpdateState(folder)).toEqual(state)
})
