export interface LiveClient extends Disposable {
  socket: WebSocket
  subscribe(...topics: string[]): void
  /** The next message not yet asked for that fits; earlier ones that do not fit are dropped. */
  next(type: string, topic?: string): Promise<Record<string, unknown>>
  /** Close code, once closed. */
  closed: Promise<number>
}

/** A browser's end of the live stream. Rejects when the hub refuses the handshake. */
export async function openLive(url: string, headers: Record<string, string>): Promise<LiveClient> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/live`, { headers } as unknown as string[])
  const messages: Record<string, unknown>[] = []
  let wake = () => {}
  socket.addEventListener('message', ({ data }) => {
    messages.push(JSON.parse(String(data)) as Record<string, unknown>)
    wake()
  })
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code))
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('close', () => reject(new Error('the hub refused the live stream')), {
      once: true,
    })
  })
  return {
    socket,
    closed,
    subscribe: (...topics) => socket.send(JSON.stringify({ type: 'subscribe', topics })),
    async next(type, topic) {
      for (;;) {
        const message = messages.shift()
        if (message === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        } else if (message.type === type && (topic === undefined || message.topic === topic)) {
          return message
        }
      }
    },
    [Symbol.dispose]: () => socket.close(),
  }
}
