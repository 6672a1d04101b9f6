import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { errorCode, errorMessage } from '@lumen/std/error'
import { type TempDir, tempDir } from '@lumen/testkit/temp-dir'
import { lockDataDir } from '../config/data-dir.ts'
import { backUp, someData } from '../testing/backup-data.ts'
import { contentOf } from '../testing/data-content.ts'
import { encrypted } from './encryption.ts'
import { markEnd } from './end-mark.ts'
import { restoreBackup } from './restore-backup.ts'
import { TAR_END, tarHeader, tarPadding } from './tar.ts'

const PASSPHRASE = 'correct horse battery'

let dir: TempDir
let data = ''
let good = Buffer.alloc(0)
let before: ReturnType<typeof contentOf>

beforeAll(async () => {
  dir = await tempDir()
  data = join(dir.path, 'data')
  await someData(data, ['ada'])
  good = readFileSync(await backUp(data, join(dir.path, 'good')))
  before = contentOf(data)
}, 120_000)
afterAll(() => dir[Symbol.asyncDispose]())

/** The code a restore of these bytes over the data is refused with; `restored` when it is not. */
async function refusalOf(bytes: Uint8Array, passphrase: string | null = null): Promise<string | undefined> {
  const file = join(dir.path, 'bad')
  writeFileSync(file, bytes)
  try {
    await restoreBackup({ file, dataDir: data, passphrase, replaces: true })
    return 'restored'
  } catch (fault) {
    expect(errorMessage(fault).length).toBeGreaterThan(20)
    return errorCode(fault)
  } finally {
    expect(existsSync(join(data, 'restoring'))).toBe(false)
  }
}

async function packed(tar: Uint8Array, passphrase: string | null = null): Promise<Buffer> {
  const marked = markEnd(chunksOf(zstdCompressSync(tar)))
  const parts: Uint8Array[] = []
  for await (const part of passphrase === null ? marked : encrypted(marked, passphrase)) parts.push(part)
  return Buffer.concat(parts)
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

interface Entry {
  path: string
  content: Uint8Array
  /** Changes the header as written. */
  spoil?: (header: Uint8Array) => void
}

const MANIFEST = {
  format: 1,
  lumen: '0.1.0',
  made_at: 1,
  hub: null,
  schemas: {},
  files: [{ path: 'control.db', bytes: 4 }],
}

function entry(path: string, content: string | object, spoil?: Entry['spoil']): Entry {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  return { path, content: bytes, ...(spoil && { spoil }) }
}

/** An archive of these entries and their checksums, as sound as they let it be. */
function tarOf(entries: readonly Entry[]): Buffer {
  const sums = entries
    .map(({ path, content }) => `${createHash('sha256').update(content).digest('hex')}  ${path}\n`)
    .join('')
  const parts = [...entries, entry('SHA256SUMS', sums)].flatMap(({ path, content, spoil }) => {
    const header = tarHeader({ path, size: content.length }, 1)
    spoil?.(header)
    return [header, content, tarPadding(content.length)]
  })
  return Buffer.concat([...parts, TAR_END])
}

/** Changes a field of a header and makes its checksum right again. */
function respell(at: number, value: string): (header: Uint8Array) => void {
  return (header) => {
    header.set(Buffer.from(value, 'latin1'), at)
    header.fill(0x20, 148, 156)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
  }
}

test('a file cut at any length is refused and nothing changes', async () => {
  const lengths = [
    ...Array(80).keys(),
    ...Array.from({ length: 30 }, (_, n) => Math.floor((good.length * n) / 30)),
  ]
  for (const length of [...lengths, good.length - 1, good.length - 103]) {
    expect(await refusalOf(good.subarray(0, length))).toMatch(/^backup_(damaged|unrecognised)$/)
  }
  expect(contentOf(data)).toEqual(before)
}, 120_000)

test('a flipped bit anywhere is refused and nothing changes', async () => {
  const step = Math.max(1, Math.floor(good.length / 60))
  for (let at = 0; at < good.length; at += at < 40 || at > good.length - 110 ? 1 : step) {
    const bad = Buffer.from(good)
    bad[at]! ^= 1 << (at % 8)
    expect(await refusalOf(bad)).toMatch(/^backup_(damaged|unrecognised)$/)
  }
  expect(contentOf(data)).toEqual(before)
}, 120_000)

test('a file with something after its end is refused', async () => {
  expect(await refusalOf(Buffer.concat([good, Buffer.from([0])]))).toBe('backup_damaged')
  expect(await refusalOf(Buffer.concat([good, good]))).toBe('backup_damaged')
}, 120_000)

test('an encrypted one is refused without its passphrase, with another one, and when it is damaged', async () => {
  const whole = await packed(zstdDecompressSync(good), PASSPHRASE)
  expect(await refusalOf(whole)).toBe('passphrase_missing')
  expect(await refusalOf(whole, 'incorrect horse')).toBe('passphrase_wrong')
  expect(await refusalOf(whole.subarray(0, whole.length - 1), PASSPHRASE)).toBe('backup_damaged')
  expect(await refusalOf(whole.subarray(0, 400), PASSPHRASE)).toBe('backup_damaged')
  const bad = Buffer.from(whole)
  bad[Math.floor(bad.length / 2)]! ^= 1
  expect(await refusalOf(bad, PASSPHRASE)).toBe('backup_damaged')
  expect(contentOf(data)).toEqual(before)
  expect(await refusalOf(whole, PASSPHRASE)).toBe('restored')
  expect(contentOf(data)).toEqual(before)
}, 120_000)

test('what is no backup says so', async () => {
  expect(await refusalOf(Buffer.from('PK\x03\x04'))).toBe('backup_unrecognised')
  expect(await refusalOf(Buffer.alloc(0))).toBe('backup_unrecognised')
  expect(await refusalOf(await packed(tarOf([entry('readme.txt', 'hello')])))).toBe('backup_unrecognised')
  expect(
    await restoreBackup({ file: dir.path, dataDir: data, passphrase: null, replaces: true }).catch(errorCode),
  ).toBe('backup_unreadable')
}, 120_000)

test('one of a newer format, or with a newer database, asks for the newer program', async () => {
  const newer = { ...MANIFEST, format: 2, unheard: 'of' }
  expect(await refusalOf(await packed(tarOf([entry('manifest.json', newer)])))).toBe('backup_too_new')
  const database = { ...MANIFEST, schemas: { 'tsdb/hot.db': 1_000 } }
  const tar = tarOf([entry('manifest.json', database), entry('control.db', 'data')])
  expect(await refusalOf(await packed(tar))).toBe('backup_too_new')
}, 120_000)

const NAMED = [
  '../control.db',
  '/etc/passwd',
  'tsdb/../../x',
  'tsdb/cold/host/../../../../x.parquet',
  'tsdb/cold/host/a.parquet/b.parquet',
  'tsdb/lock.db',
  'admin.sock',
  'control.db\0',
]

test.each(NAMED)(
  'a hostile archive that names %j is refused',
  async (path) => {
    const files = [...MANIFEST.files, { path, bytes: 4 }]
    const tar = tarOf([
      entry('manifest.json', { ...MANIFEST, files }),
      entry('control.db', 'data'),
      entry(path, 'data'),
    ])
    expect(await refusalOf(await packed(tar))).toBe('backup_damaged')
    expect(contentOf(data)).toEqual(before)
  },
  120_000,
)

test('links, folders, devices, other names and sizes than the manifest’s are refused', async () => {
  const spoilt = (spoil?: Entry['spoil'], path = 'control.db', content = 'data') =>
    packed(tarOf([entry('manifest.json', MANIFEST), entry(path, content, spoil)]))
  for (const type of ['1', '2', '3', '5', 'x', 'L']) {
    expect(await refusalOf(await spoilt(respell(156, type)))).toBe('backup_damaged')
  }
  expect(await refusalOf(await spoilt(undefined, 'tsdb/hot.db'))).toBe('backup_damaged')
  expect(await refusalOf(await spoilt(undefined, 'control.db', 'more data'))).toBe('backup_damaged')
  expect(await refusalOf(await spoilt(respell(124, '77777777777\0')))).toBe('backup_damaged')
  expect(await refusalOf(await spoilt(respell(124, '-0000000001\0')))).toBe('backup_damaged')
  const twice = { ...MANIFEST, files: [...MANIFEST.files, ...MANIFEST.files] }
  expect(await refusalOf(await packed(tarOf([entry('manifest.json', twice)])))).toBe('backup_damaged')
  expect(contentOf(data)).toEqual(before)
}, 120_000)

test('one that claims more than the disk has is refused before it is read', async () => {
  const files = [{ path: 'control.db', bytes: 1024 ** 5 }]
  const tar = tarOf([entry('manifest.json', { ...MANIFEST, files })])
  expect(await refusalOf(await packed(tar))).toBe('disk_full')
}, 120_000)

test('data is not replaced unless that was asked for, nor while a hub holds it', async () => {
  const file = join(dir.path, 'good')
  const order = { file, dataDir: data, passphrase: null }
  expect(await restoreBackup({ ...order, replaces: false }).catch(errorCode)).toBe('data_exists')
  using _hub = lockDataDir(data)
  expect(await restoreBackup({ ...order, replaces: true }).catch(errorCode)).toBe('data_dir_in_use')
}, 120_000)

test('a bad backup does not even make the directory it was to go to', async () => {
  const target = join(dir.path, 'new', 'data')
  const order = { file: join(dir.path, 'cut'), dataDir: target, passphrase: null, replaces: false }
  writeFileSync(order.file, good.subarray(0, 1_000))
  expect(await restoreBackup(order).catch(errorCode)).toBe('backup_damaged')
  expect(existsSync(join(dir.path, 'new'))).toBe(false)
  mkdirSync(target, { recursive: true })
}, 120_000)
