import { createHash } from 'node:crypto'
import type { DataSnapshot } from './data-snapshot.ts'
import { encodeManifest, MANIFEST_FILE, SUMS_FILE } from './manifest.ts'
import { TAR_END, tarHeader, tarPadding } from './tar.ts'

/** A snapshot as a tar archive: the manifest, the files it names in its order, and `SHA256SUMS` of all of them as
 * `sha256sum -c` reads it.
 * @param onBytes is told how many bytes of the files were copied so far */
export async function* archiveOf(
  snapshot: DataSnapshot,
  onBytes: (copied: number) => void,
): AsyncGenerator<Uint8Array> {
  const { manifest } = snapshot
  let sums = ''
  let copied = 0
  async function* entry(path: string, size: number, content: AsyncIterable<Uint8Array> | Uint8Array[]) {
    const hash = createHash('sha256')
    yield tarHeader({ path, size }, manifest.made_at)
    for await (const chunk of content) {
      hash.update(chunk)
      yield chunk
    }
    yield tarPadding(size)
    sums += `${hash.digest('hex')}  ${path}\n`
  }
  const head = encodeManifest(manifest)
  yield* entry(MANIFEST_FILE, head.length, [head])
  for (const { path, bytes } of manifest.files) {
    for await (const chunk of entry(path, bytes, snapshot.content(path))) {
      copied += chunk.length
      onBytes(Math.min(copied, snapshot.totalBytes))
      yield chunk
    }
  }
  const tail = Buffer.from(sums, 'utf8')
  yield* entry(SUMS_FILE, tail.length, [tail])
  yield TAR_END
}
