import { constants, createZstdCompress } from 'node:zlib'
import { archiveOf } from './archive.ts'
import { DataSnapshot } from './data-snapshot.ts'
import { encrypted } from './encryption.ts'
import { markEnd } from './end-mark.ts'
import { through } from './streams.ts'

/** What is being backed up, and how far it is. */
export interface BackupProgress {
  /** Bytes of the data copied so far. */
  bytes: number
  total: number
}

export interface BackupOptions {
  dataDir: string
  /** Null: not encrypted. */
  passphrase: string | null
  /** Of this program. */
  version: string
  /** Epoch ms. */
  madeAt: number
  onProgress?: (progress: BackupProgress) => void
}

/** Level 3: history is compressed already, and the disk is the limit. */
const ZSTD = {
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
}

/** The bytes of a backup, made while they are read: tar, zstd, the end mark, age. Memory does not grow with the data.
 * Cold files must be held and this process may have no connection to the databases (see DataSnapshot).
 * @throws {LumenError} `data_missing`, `database_unusable`, `file_changed` */
export async function* makeBackup(options: BackupOptions): AsyncGenerator<Uint8Array> {
  const { dataDir, passphrase, onProgress, ...about } = options
  using snapshot = new DataSnapshot(dataDir, { ...about, isSecret: passphrase !== null })
  const total = snapshot.totalBytes
  onProgress?.({ bytes: 0, total })
  const archive = archiveOf(snapshot, (bytes) => onProgress?.({ bytes, total }))
  const file = markEnd(through(archive, createZstdCompress(ZSTD)))
  yield* passphrase === null ? file : encrypted(file, passphrase)
}
