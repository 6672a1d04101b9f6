import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode, LumenError } from '@lumen/std/error'

/** No file of /proc or /sys that we read is believed beyond this. */
const MAX_BYTES = 4 * 1024 * 1024

let buffer = Buffer.allocUnsafe(64 * 1024)

/** The text of a file in /proc, /sys or /etc, read at once into a buffer that is used again for the next file.
 * `undefined` when it does not exist, may not be read, or the kernel has it switched off: a missing source.
 * @throws {LumenError} `kernel_text_too_long` beyond 4 MiB; the system's error when reading fails otherwise. */
export function readKernelText(path: string): string | undefined {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
  try {
    let length = 0
    for (;;) {
      const read = readSync(fd, buffer, length, buffer.length - length, null)
      if (read === 0) return buffer.toString('utf8', 0, length)
      length += read
      if (length > MAX_BYTES) throw tooLong(path, MAX_BYTES)
      if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(length * 2, MAX_BYTES + 1))
    }
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  } finally {
    closeSync(fd)
  }
}

export const tooLong = (path: string, mostBytes: number) =>
  new LumenError('kernel_text_too_long', `Cannot read ${path}: longer than ${mostBytes} bytes`)

/** One line without the space around it, or undefined when the file is missing or empty. */
export function readKernelLine(path: string): string | undefined {
  const line = readKernelText(path)?.trim()
  return line === undefined || line === '' ? undefined : line
}

const ABSENCES = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENODEV', 'ENXIO'])

/** True for errors that mean the source is not there for us, rather than broken. */
export function isAbsence(error: unknown): boolean {
  return ABSENCES.has(errorCode(error) ?? '')
}
