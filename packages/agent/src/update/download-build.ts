import { closeSync, fchmodSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import type { UpdateOffer } from '@lumen/protocol/agent/ack'
import { LumenError } from '@lumen/std/error'
import type { HubTrust } from '../push/http-push.ts'
import { piecewiseSha256 } from '../runtime.ts'
import { openDownload } from './open-download.ts'

export interface BuildSource {
  url: URL
  tls: HubTrust | undefined
  offer: Pick<UpdateOffer, 'sha256' | 'bytes'>
}

export interface DownloadLimits {
  /** Larger builds are not taken. */
  mostBytes: number
  wholeMs: number
  /** Between two pieces. */
  idleMs: number
}

export const DOWNLOAD_LIMITS: DownloadLimits = {
  mostBytes: 256 * 1024 * 1024,
  wholeMs: 15 * 60_000,
  idleMs: 60_000,
}

/** Puts a build into the file `path`, on disk, runnable by its owner alone, and exactly what the hub vouched for;
 * or leaves nothing there.
 * @throws {LumenError} `update_refused`, `update_length`, `update_digest`, `update_slow`, and those of `openDownload`; the system's error */
export async function downloadBuild(
  source: BuildSource,
  path: string,
  signal: AbortSignal,
  limits: DownloadLimits = DOWNLOAD_LIMITS,
): Promise<void> {
  const { bytes } = source.offer
  if (bytes > limits.mostBytes)
    throw new LumenError('update_length', `the build has ${bytes} bytes, the limit is ${limits.mostBytes}`)
  const end = new AbortController()
  const slow = () => end.abort(new LumenError('update_slow', 'the download took too long'))
  const stop = () => end.abort(new LumenError('update_stopped', 'stopped'))
  const whole = setTimeout(slow, limits.wholeMs)
  let idle = setTimeout(slow, limits.idleMs)
  signal.addEventListener('abort', stop, { once: true })
  rmSync(path, { force: true })
  const file = openSync(path, 'wx', 0o600)
  try {
    if (signal.aborted) stop()
    await copy(source, file, end.signal, () => {
      clearTimeout(idle)
      idle = setTimeout(slow, limits.idleMs)
    })
    fsyncSync(file)
    fchmodSync(file, 0o700)
  } catch (error) {
    end.abort()
    rmSync(path, { force: true })
    throw end.signal.reason instanceof LumenError ? end.signal.reason : error
  } finally {
    closeSync(file)
    clearTimeout(whole)
    clearTimeout(idle)
    signal.removeEventListener('abort', stop)
  }
}

async function copy(
  { url, tls, offer }: BuildSource,
  file: number,
  signal: AbortSignal,
  onPiece: () => void,
): Promise<void> {
  const { status, bytes: announced, body } = await openDownload(url, tls, signal)
  if (status >= 300 && status < 400)
    throw new LumenError('update_refused', `HTTP ${status}: a redirect, which is not followed`)
  if (status !== 200) throw new LumenError('update_refused', `HTTP ${status} to the download`)
  if (announced !== undefined && announced !== offer.bytes) throw wrongLength(announced, offer.bytes)
  const hasher = piecewiseSha256()
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > offer.bytes) throw wrongLength(`more than ${offer.bytes}`, offer.bytes)
    hasher.update(piece)
    writeAll(file, piece)
    onPiece()
  }
  if (bytes !== offer.bytes) throw wrongLength(bytes, offer.bytes)
  const digest = hasher.digest('hex')
  if (digest === offer.sha256) return
  throw new LumenError(
    'update_digest',
    `the download is not what the hub vouched for: its SHA-256 is ${digest}`,
  )
}

function writeAll(file: number, piece: Uint8Array): void {
  for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
}

function wrongLength(found: number | string, wanted: number): LumenError {
  return new LumenError('update_length', `the download has ${found} bytes, the hub announced ${wanted}`)
}
