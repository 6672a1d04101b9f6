import { open } from 'node:fs/promises'

/** The first bytes of a file as text, without blocking.
 * @throws the system's error */
export async function readStart(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, 'r')
  // Not `await using`: what Node 20 needs in its place is a kilobyte of lumen-agent.js.
  try {
    const buffer = Buffer.alloc(maxBytes)
    const { bytesRead } = await file.read(buffer, 0, maxBytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
