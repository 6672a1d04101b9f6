import { expect, test } from 'bun:test'
import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@lumen/std/error'
import { tempDir } from '@lumen/testkit/temp-dir'
import { coldMeta, hostNameOf, noisySeries, withoutEmpty } from '../../testing/cold-samples.ts'
import type { ColdFile } from '../cold-file.ts'
import type { ColdSeries } from '../cold-series.ts'
import { inspectColdFile } from './inspect-cold-file.ts'
import { iterateColdFile } from './iterate.ts'
import { verifyColdFile } from './verify.ts'
import { writeColdFile } from './write.ts'

const SERIES = [1, 2].map((host) => noisySeries('sensor', { host, key: 'chip/a', rows: 12, gaps: 0.3 }))

function written(folder: string) {
  const path = join(folder, 'sensor', 'small.parquet')
  const file = writeColdFile({ path, meta: coldMeta('sensor'), hostName: hostNameOf, series: SERIES })
  return { path, file, bytes: readFileSync(path) }
}

function verified(folder: string, file: ColdFile): string | null {
  const steps = verifyColdFile(folder, file)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** What a reader gets: everything, or the refusal. Anything else that is thrown is a crash and fails the test. */
function readOrRefused(folder: string, file: ColdFile): ColdSeries[] | 'refused' {
  try {
    return [...iterateColdFile(folder, file)]
  } catch (error) {
    if (errorCode(error) !== 'cold_file_damaged') throw error
    return 'refused'
  }
}

test('a file as it was written is sound', async () => {
  await using dir = await tempDir()
  const { file } = written(dir.path)
  expect(verified(dir.path, file)).toBeNull()
  expect(readOrRefused(dir.path, file)).toEqual(SERIES.map(withoutEmpty))
})

test('wherever a byte is flipped, the check finds it and no reader gets a wrong number', async () => {
  await using dir = await tempDir()
  const { path, file, bytes } = written(dir.path)
  const sound = SERIES.map(withoutEmpty)
  const fd = openSync(path, 'r+')
  for (let at = 0; at < bytes.length; at++) {
    writeSync(fd, new Uint8Array([bytes[at]! ^ (1 << (at % 8))]), 0, 1, at)
    const what = `byte ${at} of ${bytes.length}`
    expect([what, verified(dir.path, file) === null]).toEqual([what, false])
    const read = readOrRefused(dir.path, file)
    if (read !== 'refused') expect({ what, read }).toEqual({ what, read: sound })
    const found = inspectColdFile(path)
    if (found.kind === 'sound') expect([what, found.file]).toEqual([what, file])
    writeSync(fd, bytes, at, 1, at)
  }
  closeSync(fd)
  expect(verified(dir.path, file)).toBeNull()
}, 120_000)

test('a file cut short anywhere is found damaged, whether the manifest is there or not', async () => {
  await using dir = await tempDir()
  const { path, file, bytes } = written(dir.path)
  const sound = SERIES.map(withoutEmpty)
  for (let length = bytes.length - 1; length >= 0; length--) {
    truncateSync(path, length)
    expect([length, verified(dir.path, file) === null]).toEqual([length, false])
    expect([length, inspectColdFile(path).kind]).toEqual([length, 'damaged'])
    const read = readOrRefused(dir.path, file)
    if (read !== 'refused') expect({ length, read }).toEqual({ length, read: sound })
  }
}, 120_000)

test('an index damaged in the manifest is refused', async () => {
  await using dir = await tempDir()
  const { file } = written(dir.path)
  for (let at = 0; at < file.index.length; at++) {
    const index = file.index.slice()
    index[at]! ^= 0x40
    expect([at, readOrRefused(dir.path, { ...file, index })]).toEqual([at, 'refused'])
  }
  expect(readOrRefused(dir.path, { ...file, index: file.index.slice(0, -1) })).toBe('refused')
  expect(readOrRefused(dir.path, { ...file, index: new Uint8Array() })).toBe('refused')
})

test('a refusal names the file, the column and the place', async () => {
  await using dir = await tempDir()
  const { path, file, bytes } = written(dir.path)
  bytes[5]! ^= 1
  writeFileSync(path, bytes)
  expect(verified(dir.path, file)).toBe(
    'Cannot read sensor/small.parquet, column host at byte 4: its checksum does not match',
  )
})

test('a file that is missing, empty, another one or no Parquet is refused', async () => {
  await using dir = await tempDir()
  const { path, file, bytes } = written(dir.path)
  const other = join(dir.path, 'sensor', 'other.parquet')
  writeColdFile({
    path: other,
    meta: coldMeta('sensor'),
    hostName: hostNameOf,
    series: [noisySeries('sensor', { host: 9, key: 'chip/a', rows: 12 })],
  })
  renameSync(other, path)
  expect(readOrRefused(dir.path, file)).toBe('refused')
  expect(verified(dir.path, file)).toContain('bytes, the manifest says')
  for (const content of ['', 'PAR1', 'x'.repeat(5_000), `PAR1${'\0'.repeat(100)}PAR1`]) {
    writeFileSync(path, content)
    expect(inspectColdFile(path).kind).toBe('damaged')
    expect(readOrRefused(dir.path, file)).toBe('refused')
  }
  rmSync(path)
  expect(readOrRefused(dir.path, file)).toBe('refused')
  expect(verified(dir.path, file)).toBe('the file is missing')
  writeFileSync(path, bytes)
  expect(verified(dir.path, file)).toBeNull()
})
