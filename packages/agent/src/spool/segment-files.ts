import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@lumen/std/error'

const NAME = /^(\d{8})\.spool$/

export function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.spool`
}

/** Segment files of a directory, oldest first; none when there is no directory. */
export function listSegmentFiles(dir: string): { number: number; path: string }[] {
  let names: string[]
  try {
    names = readdirSync(dir)
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return []
    throw error
  }
  return names
    .flatMap((name) => {
      const number = NAME.exec(name)?.[1]
      return number === undefined ? [] : [{ number: Number(number), path: join(dir, name) }]
    })
    .sort((a, b) => a.number - b.number)
}
