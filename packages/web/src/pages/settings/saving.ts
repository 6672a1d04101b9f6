import { type Accessor, batch, createSignal } from 'solid-js'
import { ApiError } from '../../api/problem.ts'

export interface Saving {
  isBusy: Accessor<boolean>
  /** What the hub said of no field in particular. */
  error: Accessor<string | undefined>
  /** What the hub said of a field, by the end of its path: `hot_ms` for `retention.hot_ms`. */
  errorOf: (field: string) => string | undefined
  /** The same of anything within a field: `tags` for `tags.2`. */
  errorUnder: (field: string) => string | undefined
  clear: () => void
  /** Runs a call; true when the hub took it. Anything but a refusal is thrown on. */
  run: (task: () => Promise<unknown>) => Promise<boolean>
}

/** Saving a form. `fieldOfCode` says beside which field a refusal belongs that names none. */
export function createSaving(fieldOfCode: Readonly<Record<string, string>> = {}): Saving {
  const [isBusy, setBusy] = createSignal(false)
  const [refusal, setRefusal] = createSignal<ApiError | undefined>()
  const faults = () => {
    const refused = refusal()
    if (refused === undefined || refused.fields.length > 0) return refused?.fields ?? []
    const field = fieldOfCode[refused.code]
    return field === undefined ? [] : [{ path: field, message: refused.message }]
  }
  return {
    isBusy,
    error: () => (faults().length > 0 ? undefined : refusal()?.message),
    errorOf: (field) => faults().find(({ path }) => path === field || path.endsWith(`.${field}`))?.message,
    errorUnder: (field) =>
      faults().find(({ path }) => path === field || path.startsWith(`${field}.`))?.message,
    clear: () => setRefusal(undefined),
    run: async (task) => {
      batch(() => {
        setBusy(true)
        setRefusal(undefined)
      })
      try {
        await task()
        return true
      } catch (thrown) {
        if (!(thrown instanceof ApiError)) throw thrown
        setRefusal(thrown)
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
