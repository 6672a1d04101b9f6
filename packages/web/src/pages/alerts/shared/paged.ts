import { type Accessor, batch, createEffect, createSignal, on, onCleanup } from 'solid-js'
import { ApiError } from '../../../api/problem.ts'

export interface Page<T> {
  rows: T[]
  next: number | null
}

/** A list that comes in pages, newest first. */
export interface Paged<T> {
  /** Undefined before the first answer; of another wish, until the new one is here. */
  rows: Accessor<readonly T[] | undefined>
  hasMore: Accessor<boolean>
  isBusy: Accessor<boolean>
  error: Accessor<ApiError | undefined>
  more: () => void
  reload: () => void
  /** Changes a row that is shown. */
  replace: (row: T, isSame: (other: T) => boolean) => void
}

/** Asks for the first page of what is wished and, when told, for the next. `everyMs`: the first page is asked for anew
 * while it is seen and is all that is shown. Ends with the calling component. */
export function createPaged<W, T>(
  wish: Accessor<W>,
  ask: (wish: W, before: number | undefined, signal: AbortSignal) => Promise<Page<T>>,
  everyMs?: number,
): Paged<T> {
  const [rows, setRows] = createSignal<readonly T[] | undefined>()
  const [next, setNext] = createSignal<number | null>(null)
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<ApiError | undefined>()
  let asking = new AbortController()
  let isFurther = false

  const load = async (wanted: W, before: number | undefined) => {
    asking.abort()
    const mine = new AbortController()
    asking = mine
    isFurther = before !== undefined
    setBusy(true)
    try {
      const page = await ask(wanted, before, mine.signal)
      if (mine.signal.aborted) return
      batch(() => {
        setRows(before === undefined ? page.rows : [...(rows() ?? []), ...page.rows])
        setNext(page.next)
        setError(undefined)
        setBusy(false)
      })
    } catch (thrown) {
      if (mine.signal.aborted) return
      setBusy(false)
      if (!(thrown instanceof ApiError)) throw thrown
      setError(thrown)
    }
  }
  createEffect(on(wish, (wanted) => void load(wanted, undefined)))
  const timer =
    everyMs === undefined
      ? undefined
      : setInterval(() => {
          if (!document.hidden && !isBusy() && !isFurther) void load(wish(), undefined)
        }, everyMs)
  onCleanup(() => {
    asking.abort()
    clearInterval(timer)
  })
  return {
    rows,
    hasMore: () => next() !== null,
    isBusy,
    error,
    more: () => void load(wish(), next() ?? undefined),
    reload: () => void load(wish(), undefined),
    replace: (row, isSame) => setRows((before) => before?.map((other) => (isSame(other) ? row : other))),
  }
}
