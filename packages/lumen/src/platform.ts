import { closeSync, openSync, readSync } from 'node:fs'

/** What this program was built for, as in `linux-x64-musl`; the end of an executable's name. */
export function platformName(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const isMusl = process.platform === 'linux' && headOf(process.execPath).includes('/ld-musl-')
  return `${os}-${process.arch}${isMusl ? '-musl' : ''}`
}

/** Name of the executable for a platform, as the hub offers it for download. */
export function executableName(platform: string): string {
  return `lumen-${platform}${platform.startsWith('windows') ? '.exe' : ''}`
}

/** Where an executable names its loader. */
function headOf(path: string): Buffer {
  const head = Buffer.alloc(8 * 1024)
  const file = openSync(path, 'r')
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0))
  } finally {
    closeSync(file)
  }
}
