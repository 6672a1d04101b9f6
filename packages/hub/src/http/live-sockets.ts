import type { LiveSocket } from '../live/live-socket.ts'
import type { LiveStream } from '../live/live-stream.ts'

export interface LiveSocketData {
  userId: number
  sessionHash: string
  socket: LiveSocket | undefined
}

const MAX_MESSAGE_BYTES = 4 * 1024
/** One snapshot of a large fleet fits; past it Bun drops and the topic is marked missed. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024
const IDLE_S = 60

/** Connects Bun's WebSockets to the live stream. */
export function liveSockets(live: LiveStream): Bun.WebSocketHandler<LiveSocketData> {
  return {
    data: {} as LiveSocketData,
    maxPayloadLength: MAX_MESSAGE_BYTES,
    backpressureLimit: MAX_BUFFERED_BYTES,
    idleTimeout: IDLE_S,
    open(ws) {
      ws.data.socket = live.open(ws, ws.data)
    },
    message(ws, message) {
      if (ws.data.socket !== undefined) live.receive(ws.data.socket, message)
    },
    drain(ws) {
      if (ws.data.socket !== undefined) live.drained(ws.data.socket)
    },
    close(ws) {
      if (ws.data.socket !== undefined) live.closed(ws.data.socket)
      ws.data.socket = undefined
    },
  }
}
