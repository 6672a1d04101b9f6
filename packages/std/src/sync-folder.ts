import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes the names in a folder durable: files made, renamed and deleted there stay so. Where folders cannot be opened
 * (Windows) there is nothing to do.
 * @throws what the disk says */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
