import { expect, test } from 'bun:test'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '@lumen/testkit/temp-dir'
import { SECRET_KEY_FILE, SecretBox } from './secret-box.ts'

test('a secret comes back after a restart, and only for what it was sealed for', async () => {
  await using dir = await tempDir()
  const sealed = SecretBox.open(dir.path).seal('hunter2 ☂', 'channel 1')
  const box = SecretBox.open(dir.path)
  expect(box.open(sealed, 'channel 1')).toBe('hunter2 ☂')
  expect(box.open(sealed, 'channel 2')).toBeUndefined()
})

test('the same secret never looks the same, and shows nothing of itself', async () => {
  await using dir = await tempDir()
  const box = SecretBox.open(dir.path)
  const [one, other] = [box.seal('hunter2', 'x'), box.seal('hunter2', 'x')]
  expect(one).not.toBe(other)
  expect(Buffer.from(one, 'base64').includes('hunter2')).toBe(false)
})

test('a changed, cut or foreign seal opens to nothing', async () => {
  await using dir = await tempDir()
  const box = SecretBox.open(dir.path)
  const bytes = Buffer.from(box.seal('hunter2', 'x'), 'base64')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 1
    expect(box.open(changed.toString('base64'), 'x')).toBeUndefined()
    expect(box.open(bytes.subarray(0, at).toString('base64'), 'x')).toBeUndefined()
  }
  rmSync(join(dir.path, SECRET_KEY_FILE))
  expect(SecretBox.open(dir.path).open(bytes.toString('base64'), 'x')).toBeUndefined()
})

test('the key is for its owner alone, and a damaged one is refused rather than replaced', async () => {
  await using dir = await tempDir()
  const path = join(dir.path, SECRET_KEY_FILE)
  SecretBox.open(dir.path)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  writeFileSync(path, readFileSync(path).subarray(1))
  expect(() => SecretBox.open(dir.path)).toThrow('a key has 32')
})
