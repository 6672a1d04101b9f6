import { errorCode } from '@lumen/std/error'

/** What differs between the runtimes an agent runs on, Bun and Node ≥ 20. Node's modules are taken when they are
 * first needed: `node:zlib` and `node:crypto` cost megabytes that an agent on Bun never pays. */

const zlibOfNode = () => process.getBuiltinModule('node:zlib')

/** SHA-256 of a text or bytes, in hexadecimal. */
export function sha256(text: string | Uint8Array): string {
  if (isBun()) return new Bun.CryptoHasher('sha256').update(text).digest('hex')
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex')
}

/** SHA-256 of bytes that come in pieces. */
export interface PiecewiseDigest {
  update(piece: Uint8Array): unknown
  digest(encoding: 'hex'): string
}

export function piecewiseSha256(): PiecewiseDigest {
  if (isBun()) return new Bun.CryptoHasher('sha256')
  return process.getBuiltinModule('node:crypto').createHash('sha256')
}

/** The text compressed by zstd at its fastest level, or undefined where the runtime cannot: Node before 22.15. */
export function zstd(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (isBun()) return new Uint8Array(Bun.zstdCompressSync(text, { level: 1 }))
  const zlib = zlibOfNode()
  if (typeof zlib.zstdCompressSync !== 'function') return undefined
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: 1 }
  return new Uint8Array(zlib.zstdCompressSync(text, { params }))
}

/** What `zstd` compressed, or undefined where the runtime cannot.
 * @throws {Error} the runtime's own for bytes that are no zstd frame */
export function unzstd(bytes: Uint8Array): string | undefined {
  if (isBun()) return Buffer.from(Bun.zstdDecompressSync(bytes)).toString()
  const zlib = zlibOfNode()
  return typeof zlib.zstdDecompressSync === 'function' ? zlib.zstdDecompressSync(bytes).toString() : undefined
}

/** The text compressed by gzip at its fastest level. */
export function gzip(text: string): Uint8Array<ArrayBuffer> {
  if (isBun()) return Bun.gzipSync(text, { level: 1 })
  return new Uint8Array(zlibOfNode().gzipSync(text, { level: 1 }))
}

/** CRC-32 by the runtime itself, or undefined where it has none: Node before 22.2. */
export function nativeCrc32(bytes: Uint8Array): number | undefined {
  if (isBun()) return Bun.hash.crc32(bytes)
  return zlibOfNode().crc32?.(bytes)
}

export interface OpenSocket {
  /** A few bytes; what the system does not take at once ends the connection. */
  write(bytes: Uint8Array): void
  close(): void
}

export interface SocketEvents {
  onData(bytes: Uint8Array): void
  /** Once at most, after it was open. */
  onEnd(error?: unknown): void
}

/** A connection to a unix socket. Rejects where it cannot be made. `node:net` costs two megabytes on Bun. */
export function openSocket(path: string, { onData, onEnd }: SocketEvents): Promise<OpenSocket> {
  return isBun() ? openOnBun(path, { onData, onEnd }) : openOnNode(path, { onData, onEnd })
}

async function openOnBun(unix: string, { onData, onEnd }: SocketEvents): Promise<OpenSocket> {
  const socket = await Bun.connect({
    unix,
    socket: {
      data: (_, bytes) => onData(bytes),
      error: (_, error) => onEnd(error),
      close: () => onEnd(),
    },
  })
  return {
    write(bytes) {
      if (socket.write(bytes) < bytes.length) socket.terminate()
    },
    close: () => socket.terminate(),
  }
}

function openOnNode(path: string, { onData, onEnd }: SocketEvents): Promise<OpenSocket> {
  const socket = process.getBuiltinModule('node:net').connect(path)
  return new Promise((resolve, reject) => {
    socket.on('error', (error) => {
      reject(error)
      onEnd(error)
    })
    socket.on('data', onData)
    socket.on('close', () => onEnd())
    socket.on('connect', () => {
      resolve({ write: (bytes) => void socket.write(bytes), close: () => socket.destroy() })
    })
  })
}

const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ConnectionRefused', 'FailedToOpenSocket'])

/** True for errors that mean nobody listens at an address. */
export const isNobodyThere = (error: unknown): boolean => NOBODY.has(errorCode(error) ?? '')

/** True where `fetch` takes the certificates to trust with each request. */
export const takesCertificates = (): boolean => isBun()

function isBun(): boolean {
  return 'Bun' in globalThis
}
