import { statfsSync } from 'node:fs'

const MIB = 1024 * 1024

/** The store cannot work in less: an hour of minutes, a log to write them through, and room to merge in. */
export const SMALLEST_CAP_BYTES = 16 * MIB

const FLOOR_BYTES = 256 * MIB
const FLOOR_SHARE = 0.05

/** Free space the store leaves to others unless told: 256 MiB, on small file systems 5 %. */
export function defaultFloorBytes(diskTotalBytes: number): number {
  return Math.min(FLOOR_BYTES, Math.floor(diskTotalBytes * FLOOR_SHARE))
}

/** The same for the file system a folder is on. */
export function defaultFloorOf(dir: string): number {
  const { blocks, bsize } = statfsSync(dir)
  return defaultFloorBytes(blocks * bsize)
}
