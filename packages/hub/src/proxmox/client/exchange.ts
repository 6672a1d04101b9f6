import type { TLSSocket } from 'node:tls'
import { errorMessage } from '@lumen/std/error'
import { AnswerReader, type HttpAnswer } from '@lumen/std/http-answer'

export interface ExchangeLimits {
  /** From the request's first byte to the answer's last. */
  timeoutMs: number
  /** Bytes of the answer's body. */
  maxBytes: number
}

export type Exchange =
  /** `body` is one byte longer than the limit where the answer is. */
  | { kind: 'answer'; answer: HttpAnswer; mayStay: boolean }
  | { kind: 'hung'; afterMs: number }
  /** `isUnused`: it was closed before any byte of an answer. */
  | { kind: 'broken'; reason: string; isUnused: boolean }

/** Sends one GET over a socket whose certificate was checked, and reads the answer as it comes. The socket is
 * destroyed unless the answer ended cleanly. */
export function exchange(
  socket: TLSSocket,
  head: string,
  { timeoutMs, maxBytes }: ExchangeLimits,
  signal: AbortSignal,
): Promise<Exchange> {
  const reader = new AnswerReader(maxBytes)
  let isUnused = true
  return new Promise((resolve) => {
    const give = (outcome: Exchange) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.removeAllListeners()
      if (outcome.kind !== 'answer' || !outcome.mayStay) {
        socket.on('error', () => undefined)
        socket.destroy()
      }
      resolve(outcome)
    }
    const fail = (reason: string) => give({ kind: 'broken', reason, isUnused })
    const take = (bytes: Uint8Array, isEnd: boolean) => {
      const progress = reader.read(bytes, isEnd)
      if (progress.kind === 'done') give({ ...progress, kind: 'answer' })
      else if (progress.kind === 'broken') fail(progress.reason)
    }
    const abort = () => fail('stopped')
    const timer = setTimeout(() => give({ kind: 'hung', afterMs: timeoutMs }), timeoutMs)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.on('data', (bytes: Uint8Array) => {
      isUnused = false
      take(bytes, false)
    })
    socket.on('end', () => take(new Uint8Array(), true))
    socket.on('close', () => fail('the connection was closed'))
    socket.on('error', (fault) => fail(errorMessage(fault)))
    socket.write(head)
  })
}
