import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { type Accessor, batch, createEffect, createSignal, on, onCleanup } from 'solid-js'
import { ApiError } from '../../../api/problem.ts'
import { createDelayed } from '../shared/known-names.ts'
import type { FieldFault } from './editing.ts'

/** An answer about a rule as it is typed. */
export interface Asking<T> {
  /** Of the rule as it was asked for last; stands while a newer one is on its way. */
  answer: Accessor<T | undefined>
  /** What stands is of an older rule. */
  isStale: Accessor<boolean>
  isBusy: Accessor<boolean>
  /** Why there is no answer, where that lies in no field. */
  error: Accessor<ApiError | undefined>
  ask: () => void
}

export interface AskingOptions<T> {
  /** Undefined: it cannot be asked yet. */
  spec: Accessor<RuleSpec | undefined>
  /** The parts the answer hangs on; another text of them asks again. */
  keyOf: (spec: RuleSpec) => unknown
  delayMs: number
  ask: (spec: RuleSpec, signal: AbortSignal) => Promise<T>
  onFaults: (faults: readonly FieldFault[]) => void
  /** A refusal of this code passes by itself: asked again after a while. */
  busyCode?: string
}

const BUSY_MS = 2_000

/** Asks once typing rests; a newer question ends the older. Ends with the calling component. */
export function createAsking<T>(options: AskingOptions<T>): Asking<T> {
  const [answer, setAnswer] = createSignal<T | undefined>()
  const [isStale, setStale] = createSignal(false)
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<ApiError | undefined>()
  let asking = new AbortController()

  const run = async () => {
    const spec = options.spec()
    asking.abort()
    if (spec === undefined) return setBusy(false)
    const mine = new AbortController()
    asking = mine
    setBusy(true)
    try {
      const value = await options.ask(spec, mine.signal)
      if (mine.signal.aborted) return
      batch(() => {
        setAnswer(() => value)
        setStale(false)
        setBusy(false)
        setError(undefined)
      })
      options.onFaults([])
    } catch (thrown) {
      if (mine.signal.aborted) return
      if (!(thrown instanceof ApiError)) throw thrown
      if (thrown.code === options.busyCode) return again.start()
      batch(() => {
        setBusy(false)
        setError(thrown.fields.length > 0 ? undefined : thrown)
      })
      if (thrown.fields.length > 0) options.onFaults(thrown.fields)
    }
  }
  const delayed = createDelayed(options.delayMs, () => void run())
  const again = createDelayed(BUSY_MS, () => void run())
  createEffect(
    on(
      () => {
        const spec = options.spec()
        return spec === undefined ? undefined : JSON.stringify(options.keyOf(spec))
      },
      (key, before) => {
        if (key === before) return key
        setStale(answer() !== undefined)
        again.stop()
        if (key === undefined) {
          asking.abort()
          delayed.stop()
          setBusy(false)
        } else delayed.start()
        return key
      },
    ),
  )
  onCleanup(() => asking.abort())
  return { answer, isStale, isBusy, error, ask: () => void run() }
}
