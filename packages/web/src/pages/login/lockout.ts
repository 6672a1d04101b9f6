import { type Accessor, createSignal, onCleanup } from 'solid-js'

/** Counts down the seconds somebody has to wait; 0 when free to try. */
export function createLockout(): { secondsLeft: Accessor<number>; lock: (seconds: number) => void } {
  const [secondsLeft, setSecondsLeft] = createSignal(0)
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = () => clearInterval(timer)
  onCleanup(stop)
  return {
    secondsLeft,
    lock: (seconds) => {
      stop()
      const until = performance.now() + seconds * 1000
      const count = () => {
        const left = Math.max(0, Math.ceil((until - performance.now()) / 1000))
        setSecondsLeft(left)
        if (left === 0) stop()
      }
      timer = setInterval(count, 250)
      count()
    },
  }
}
