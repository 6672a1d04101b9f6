import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  head: string
  /** What is after the head, as it came. */
  body: string
  /** Bytes of the body that were sent before the answer or the end. */
  sentBytes: number
}

type Chunk = Uint8Array | string | undefined

/** Sends a request head as it is, then chunk after chunk for as long as the other side takes them, and answers
 * when it answers. For bodies that never end, which no HTTP client sends. */
export function rawRequest(
  port: number,
  head: readonly string[],
  nextChunk: () => Chunk | Promise<Chunk> = () => undefined,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    let sentBytes = 0
    const finish = () => {
      const split = received.indexOf('\r\n\r\n')
      if (split < 0) return
      socket.destroy()
      resolve({
        status: Number(received.split(' ')[1]),
        head: received.slice(0, split),
        body: received.slice(split + 4),
        sentBytes,
      })
    }
    const send = async () => {
      for (;;) {
        const chunk = await nextChunk()
        if (chunk === undefined || socket.destroyed) return
        sentBytes += chunk.length
        if (!socket.write(chunk)) {
          socket.once('drain', send)
          return
        }
      }
    }
    socket.on('connect', () => {
      socket.write(`${head.join('\r\n')}\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
      send()
    })
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
      finish()
    })
    // the hub may close while we still write; what it answered before that is what counts
    socket.on('error', () => finish())
    socket.on('close', () => {
      finish()
      reject(new Error(`closed without an answer after ${sentBytes} bytes`))
    })
  })
}

/** One piece of a chunked body. */
export function chunked(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}
