import type { RetentionSettings } from '@lumen/protocol/http/settings'
import type { Forecast } from '@lumen/protocol/http/storage'
import { type Accessor, batch, createEffect, createSignal, on, onCleanup } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { ApiError } from '../../../api/problem.ts'

/** Long enough that typing a number asks once. */
const DEBOUNCE_MS = 250

export interface LiveForecast {
  /** The newest there is, also while the next one is on its way. */
  answer: Accessor<Forecast | undefined>
  /** It is for other values than those wanted now. */
  isPending: Accessor<boolean>
  error: Accessor<ApiError | undefined>
  /** Of exactly these values, for the last word before saving. @throws {ApiError} */
  ask: (retention: RetentionSettings) => Promise<Forecast>
}

/** The forecast of what a form asks for, kept up while it changes. `wanted` is undefined while the form is wrong. */
export function createForecast(wanted: Accessor<RetentionSettings | undefined>): LiveForecast {
  const [answer, setAnswer] = createSignal<Forecast | undefined>()
  const [isPending, setPending] = createSignal(true)
  const [error, setError] = createSignal<ApiError | undefined>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = new AbortController()

  const ask = (retention: RetentionSettings, signal?: AbortSignal) =>
    call(calls.forecastRetention, { body: { retention } }, signal)
  const follow = async (retention: RetentionSettings) => {
    const mine = new AbortController()
    asking = mine
    try {
      const found = await ask(retention, mine.signal)
      if (mine.signal.aborted) return
      batch(() => {
        setAnswer(found)
        setError(undefined)
        setPending(false)
      })
    } catch (thrown) {
      if (mine.signal.aborted) return
      if (!(thrown instanceof ApiError)) throw thrown
      batch(() => {
        setError(thrown)
        setPending(false)
      })
    }
  }
  const stop = () => {
    clearTimeout(timer)
    asking.abort()
  }
  createEffect(
    on(wanted, (retention) => {
      stop()
      setPending(retention !== undefined)
      if (retention === undefined) return
      if (answer() === undefined) void follow(retention)
      else timer = setTimeout(() => void follow(retention), DEBOUNCE_MS)
    }),
  )
  onCleanup(stop)
  return { answer, isPending, error, ask: (retention) => ask(retention) }
}
