import type { TimeRange } from '@lumen/model/time'
import { type Accessor, batch, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import type { AxisMark } from '../../charts/time-axis.ts'
import { spanOf, type View, windowAt } from '../../charts/window.ts'
import { hubNow } from '../../live/live.ts'
import { type Entry, entriesOf, entryText } from './event-entries.ts'

/** What happened to a host in the window of its page. */
export interface HostEvents {
  /** Newest first; undefined before the first answer. */
  entries: Accessor<readonly Entry[] | undefined>
  /** The same as marks on the time axis, oldest first; gaps have their own hatching. */
  marks: Accessor<readonly AxisMark[]>
  error: Accessor<ApiError | undefined>
  retry: () => void
}

/** Events come seldom; a live page looks this often. */
const EVERY_MS = 20_000

/** Asks when the view changes and, while it is live and seen, now and then. Ends with the calling component. */
export function createHostEvents(host: number, view: Accessor<View>): HostEvents {
  const [entries, setEntries] = createSignal<readonly Entry[] | undefined>()
  const [error, setError] = createSignal<ApiError | undefined>()
  let asking = new AbortController()

  const load = async () => {
    asking.abort()
    const mine = new AbortController()
    asking = mine
    const now = hubNow()
    const { from, to }: TimeRange = windowAt(view(), now)
    try {
      const query = { from: Math.floor(from), to: Math.ceil(Math.min(to, now + 1)) }
      const answer = await call(calls.getHostEvents, { params: { id: host }, query }, mine.signal)
      if (mine.signal.aborted) return
      batch(() => {
        setEntries(entriesOf(answer.events, answer.gaps))
        setError(undefined)
      })
    } catch (thrown) {
      if (mine.signal.aborted) return
      if (!(thrown instanceof ApiError)) throw thrown
      setError(thrown)
    }
  }
  const turn = () => {
    if (!document.hidden && view().kind === 'live') void load()
  }
  createEffect(
    on(view, (shown) => {
      void load()
      if (shown.kind !== 'live') return
      const timer = setInterval(turn, Math.max(EVERY_MS, spanOf(shown.range) / 2_000))
      onCleanup(() => clearInterval(timer))
    }),
  )
  document.addEventListener('visibilitychange', turn)
  onCleanup(() => {
    asking.abort()
    document.removeEventListener('visibilitychange', turn)
  })
  const marks = createMemo(() =>
    (entries() ?? [])
      .filter(({ kind }) => kind !== 'gap')
      .map((entry) => ({ at: entry.at, text: entryText(entry), isTrouble: entry.kind === 'trouble' }))
      .toReversed(),
  )
  return { entries, marks, error, retry: () => void load() }
}
