import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { createZstdDecompress } from 'node:zlib'
import { errorMessage, LumenError } from '@lumen/std/error'
import { ByteSource } from './byte-source.ts'
import { decrypted, isEncrypted } from './encryption.ts'
import { checkEnd } from './end-mark.ts'
import { damaged, MANIFEST_FILE, type Manifest, parseManifest, SUMS_FILE } from './manifest.ts'
import { through } from './streams.ts'
import { parseTarHeader, TAR_BLOCK, type TarEntry } from './tar.ts'

/** What a backup holds, in the order it is read. Nothing is proven before the last part was answered. */
export type BackupPart =
  | { kind: 'manifest'; manifest: Manifest }
  | { kind: 'file'; path: string; bytes: number }
  | { kind: 'content'; chunk: Uint8Array }

const CHUNK_BYTES = 256 * 1024
const MAX_MANIFEST_BYTES = 32 * 1024 * 1024
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd]

/** Whether the file is encrypted.
 * @throws {LumenError} `backup_unreadable`, `backup_unrecognised` */
export async function isBackupEncrypted(path: string): Promise<boolean> {
  await using file = await openBackup(path)
  const head = new Uint8Array(64)
  const { bytesRead } = await file.read(head, 0, head.length, 0)
  if (isEncrypted(head)) return true
  if (bytesRead >= 4 && ZSTD_MAGIC.every((byte, at) => head[at] === byte)) return false
  throw unrecognised(path)
}

/** Reads a backup from its first byte to its last and checks all of it: encryption, end mark, compression, checksums, that it
 * holds exactly what its manifest names, and nothing that could lead out of a data directory.
 * @throws {LumenError} `backup_unreadable`, `backup_unrecognised`, `backup_damaged`, `backup_too_new`, `passphrase_missing`,
 *   `passphrase_wrong` */
export async function* readBackup(path: string, passphrase: string | null): AsyncGenerator<BackupPart> {
  const needsPassphrase = await isBackupEncrypted(path)
  if (needsPassphrase && passphrase === null) {
    throw new LumenError(
      'passphrase_missing',
      `${path} is encrypted: name the file with its passphrase with --passphrase-file`,
    )
  }
  const bytes = needsPassphrase ? decrypted(fileChunks(path), passphrase!) : fileChunks(path)
  const source = new ByteSource(through(checkEnd(bytes), createZstdDecompress()))
  try {
    yield* partsOf(source, path)
  } catch (thrown) {
    // what is ours says it better than what age or zstd make of the same bytes
    if (thrown instanceof LumenError) throw thrown
    throw damaged(errorMessage(thrown), thrown)
  } finally {
    await source.close()
  }
}

async function* partsOf(source: ByteSource, path: string): AsyncGenerator<BackupPart> {
  const first = await nextEntry(source)
  if (first?.path !== MANIFEST_FILE) throw unrecognised(path)
  const sums: string[] = []
  const head = await small(source, first, sums)
  const manifest = parseManifest(head)
  yield { kind: 'manifest', manifest }
  for (const file of manifest.files) {
    const entry = await nextEntry(source)
    if (entry?.path !== file.path || entry.size !== file.bytes) {
      throw damaged(`it holds ${entry?.path ?? 'nothing'} where ${file.path} was to be`)
    }
    yield { kind: 'file', ...file }
    const hash = createHash('sha256')
    let left = entry.size
    for await (const chunk of source.pieces(entry.size)) {
      hash.update(chunk)
      left -= chunk.length
      yield { kind: 'content', chunk }
    }
    if (left > 0) throw damaged(`it ends within ${file.path}`)
    sums.push(`${hash.digest('hex')}  ${file.path}\n`)
    await skipPadding(source, entry)
  }
  const last = await nextEntry(source)
  const expected = sums.join('')
  if (last?.path !== SUMS_FILE) throw damaged('its checksums are missing')
  const written = Buffer.from(await small(source, last, [])).toString('utf8')
  if (written !== expected) throw damaged('a file does not have the checksum it was written with')
  if ((await nextEntry(source)) !== undefined) throw damaged('there is something after its end')
  for await (const rest of source.pieces(Number.MAX_SAFE_INTEGER)) {
    if (rest.some((byte) => byte !== 0)) throw damaged('there is something after its end')
  }
}

/** Undefined at the end of the archive. */
async function nextEntry(source: ByteSource): Promise<TarEntry | undefined> {
  const block = await source.take(TAR_BLOCK)
  if (block === undefined) throw damaged('it ends early')
  const entry = parseTarHeader(block)
  if (entry === null) throw damaged('it holds something that is no plain file')
  return entry
}

async function small(source: ByteSource, entry: TarEntry, sums: string[]): Promise<Uint8Array> {
  const content = entry.size > MAX_MANIFEST_BYTES ? undefined : await source.take(entry.size)
  if (content === undefined) throw damaged(`its ${entry.path} is too large or cut`)
  sums.push(`${createHash('sha256').update(content).digest('hex')}  ${entry.path}\n`)
  await skipPadding(source, entry)
  return content
}

async function skipPadding(source: ByteSource, { size }: TarEntry): Promise<void> {
  if ((await source.take((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK)) === undefined)
    throw damaged('it ends early')
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  await using file = await openBackup(path)
  for (;;) {
    const buffer = new Uint8Array(CHUNK_BYTES)
    const { bytesRead } = await file.read(buffer, 0, buffer.length)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function openBackup(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r')
    if ((await file.stat()).isFile()) return file
    await file.close()
    throw new Error('it is no file')
  } catch (cause) {
    throw new LumenError('backup_unreadable', `Cannot read ${path}: ${errorMessage(cause)}`, { cause })
  }
}

function unrecognised(path: string): LumenError {
  return new LumenError('backup_unrecognised', `${path} is no backup of Lumen. Nothing was changed`)
}
