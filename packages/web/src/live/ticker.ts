import { type Accessor, createSignal, onCleanup } from 'solid-js'
import { hubNow } from './live.ts'

const [tick, setTick] = createSignal(0)
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The hub's clock as a signal that moves once a second, for ages on screen. All users share one timer. */
export function useNow(): Accessor<number> {
  users += 1
  timer ??= setInterval(() => setTick((count) => count + 1), 1000)
  onCleanup(() => {
    users -= 1
    if (users > 0) return
    clearInterval(timer)
    timer = undefined
  })
  return () => {
    tick()
    return hubNow()
  }
}
