import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HeldFiles } from './held-files.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A folder of files, and a way to put a new file in an old one's place. */
function folder() {
  const path = mkdtempSync(join(tmpdir(), 'lumen-held-'))
  folders.push(path)
  const at = (name: string) => join(path, name)
  return {
    at,
    write: (name: string, text: string) => writeFileSync(at(name), text),
    replace(name: string, text: string) {
      writeFileSync(at(`${name}.new`), text)
      renameSync(at(`${name}.new`), at(name))
    },
  }
}

test('a file that is held is read from its beginning each time', () => {
  const { at, write } = folder()
  using held = new HeldFiles()
  for (const text of ['100\n', '7\n', '', '12345\n']) {
    write('usage', text)
    expect(held.read(at('usage'))).toBe(text)
    held.endRound()
  }
  expect(held.open).toBe(1)
})

test('what is not read in a round is closed', () => {
  const { at, write } = folder()
  using held = new HeldFiles()
  write('a', '1')
  write('b', '2')
  held.read(at('a'))
  held.read(at('b'))
  held.endRound()
  held.read(at('a'))
  held.endRound()
  expect(held.open).toBe(1)
})

test('the file of a group made anew under its old path is opened again', () => {
  const { at, write, replace } = folder()
  using held = new HeldFiles()
  held.enter('group 1')
  write('usage', '100')
  expect(held.read(at('usage'))).toBe('100')
  held.endRound()
  replace('usage', '3')
  held.enter('group 2')
  expect(held.read(at('usage'))).toBe('3')
  expect(held.open).toBe(1)
})

test('a file that is missing is missing, and found some rounds after it appeared', () => {
  const { at, write } = folder()
  using held = new HeldFiles()
  expect(held.read(at('late'))).toBeUndefined()
  write('late', '1')
  const readings = Array.from({ length: 20 }, () => {
    held.endRound()
    return held.read(at('late'))
  })
  expect(readings[0]).toBeUndefined()
  expect(readings.at(-1)).toBe('1')
})

test('beyond the bound files are read without being held', () => {
  const { at, write } = folder()
  using held = new HeldFiles(2)
  for (const name of ['a', 'b', 'c']) {
    write(name, name)
    expect(held.read(at(name))).toBe(name)
  }
  expect(held.open).toBe(2)
})

test('a file without end is refused and not held', () => {
  using held = new HeldFiles()
  expect(() => held.read('/dev/zero')).toThrow('longer than')
  expect(held.open).toBe(0)
})

test('disposing closes all', () => {
  const { at, write } = folder()
  const held = new HeldFiles()
  write('a', '1')
  held.read(at('a'))
  held[Symbol.dispose]()
  expect(held.open).toBe(0)
})
