import { type Accessor, batch, createSignal, onCleanup, untrack } from 'solid-js'
import { ApiError } from './problem.ts'

/** An answer that is kept fresh while the page is seen. A failure leaves the last one standing. */
export interface Polled<T> {
  data: Accessor<T | undefined>
  /** Why the newest attempt failed. */
  error: Accessor<ApiError | undefined>
  /** When `data` came, this device's clock; 0 before the first. */
  fetchedAt: Accessor<number>
  refresh: () => Promise<void>
  /** Takes an answer that came another way. */
  take: (value: T) => void
}

/** Asks at once, then every `everyMs` (read anew each time) and when the page comes back into sight. */
export function createPolled<T extends object>(
  ask: (signal: AbortSignal) => Promise<T>,
  everyMs: () => number,
): Polled<T> {
  const [data, setData] = createSignal<T | undefined>()
  const [error, setError] = createSignal<ApiError | undefined>()
  const [fetchedAt, setFetchedAt] = createSignal(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = new AbortController()
  let isOver = false

  const schedule = () => {
    clearTimeout(timer)
    if (!isOver) timer = setTimeout(turn, untrack(everyMs))
  }
  const accept = (value: T) =>
    batch(() => {
      setData(() => value)
      setError(undefined)
      setFetchedAt(Date.now())
    })
  const refresh = async () => {
    clearTimeout(timer)
    asking.abort()
    const mine = new AbortController()
    asking = mine
    try {
      const value = await ask(mine.signal)
      if (!mine.signal.aborted) accept(value)
    } catch (thrown) {
      if (mine.signal.aborted) return
      if (!(thrown instanceof ApiError)) throw thrown
      setError(thrown)
    } finally {
      if (!mine.signal.aborted) schedule()
    }
  }
  const turn = () => {
    if (!document.hidden) void refresh()
  }
  document.addEventListener('visibilitychange', turn)
  onCleanup(() => {
    isOver = true
    clearTimeout(timer)
    asking.abort()
    document.removeEventListener('visibilitychange', turn)
  })
  void refresh()
  // What it says may make the next turn due sooner.
  const take = (value: T) => {
    asking.abort()
    accept(value)
    schedule()
  }
  return { data, error, fetchedAt, refresh, take }
}
