import { connect, createServer, type Socket } from 'node:net'

/** Work that shows in one number of the machine only, whatever else it does: `pairs` open TCP connections to itself, each
 * of which has two ends. Closed on dispose. */
export async function holdConnections(pairs: number): Promise<AsyncDisposable> {
  const ends = new Set<Socket>()
  const keep = (socket: Socket) => {
    ends.add(socket)
    socket.on('error', () => {})
  }
  const server = createServer(keep)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  for (let i = 0; i < pairs; i++) {
    await new Promise<void>((done, fail) => {
      const socket = connect(address.port, '127.0.0.1', done)
      socket.once('error', fail)
      keep(socket)
    })
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of ends) socket.destroy()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}
