import { pipeline, Readable, type Transform } from 'node:stream'

/** Chunks through one of Node's transforms, with its pace and its faults. */
export async function* through(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
): AsyncGenerator<Uint8Array> {
  let fault: unknown
  pipeline(Readable.from(source, { objectMode: false }), transform, (thrown) => {
    fault = thrown
  })
  try {
    yield* transform as AsyncIterable<Uint8Array>
  } catch (thrown) {
    throw fault ?? thrown
  }
}

/** A web stream that pulls from the chunks. */
export function streamOf(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return?.()
    },
  })
}

export async function* iterate(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
