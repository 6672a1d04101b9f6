import { startChild } from '@lumen/testkit/child'

/** How long an agent takes from its start until its first frame has come to the hub, ms.
 * @param command starts it, for the hub at a URL */
export async function timeToFirstFrame(
  hubUrl: string,
  command: (url: string) => Parameters<typeof startChild>,
) {
  const arrived = Promise.withResolvers<number>()
  // In front of the hub, which takes what comes as ever.
  const gate = Bun.serve({
    ...{ hostname: '127.0.0.1', port: 0 },
    async fetch(request) {
      const body = await request.bytes()
      const at = performance.now()
      if (framesIn(body, request.headers.get('content-encoding')) > 0) arrived.resolve(at)
      return fetch(new URL(new URL(request.url).pathname, hubUrl), {
        ...{ method: request.method, headers: request.headers, body },
      })
    },
  })
  try {
    const startedAt = performance.now()
    await using _agent = startChild(...command(`http://127.0.0.1:${gate.port}`))
    return (await arrived.promise) - startedAt
  } finally {
    await gate.stop(true)
  }
}

function framesIn(body: Uint8Array, encoding: string | null): number {
  const text = Buffer.from(encoding === 'zstd' ? Bun.zstdDecompressSync(body) : body).toString()
  const { frames } = JSON.parse(text) as { frames: unknown[] }
  return frames.length
}
