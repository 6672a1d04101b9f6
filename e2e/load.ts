import { createSocket } from 'node:dgram'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { sleep } from '@lumen/std/sleep'
import { startChild } from '@lumen/testkit/child'

/** Steady work for the machine, so that rates have something to show: a core half busy, a megabyte every 100 ms to
 * the disk, and a little traffic out of the default interface. Ends on dispose. */
export async function startLoad(dir: string): Promise<AsyncDisposable> {
  const ended = new AbortController()
  const spinner = startChild([
    process.execPath,
    '-e',
    'setInterval(() => { const end = performance.now() + 25; while (performance.now() < end); }, 50)',
  ])
  const file = await open(join(dir, 'load'), 'w')
  const tasks = [write(file, ended.signal), send(ended.signal)]
  return {
    async [Symbol.asyncDispose]() {
      ended.abort()
      await Promise.all([...tasks, spinner.stop()])
    },
  }
}

async function write(file: FileHandle, signal: AbortSignal): Promise<void> {
  const megabyte = Buffer.alloc(1024 * 1024, 7)
  for (let i = 0; !signal.aborted; i = (i + 1) % 64) {
    await file.write(megabyte, 0, megabyte.length, i * megabyte.length)
    await file.datasync()
    await sleep(80, signal)
  }
  await file.close()
}

/** To an address reserved for documentation (RFC 5737), which no network routes. */
async function send(signal: AbortSignal): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  const bytes = Buffer.alloc(1_200)
  while (!signal.aborted) {
    for (let i = 0; i < 10; i++) socket.send(bytes, 9, '192.0.2.1', () => {})
    await sleep(50, signal)
  }
  socket.close()
}
