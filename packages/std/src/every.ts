/** Calls `work` every `ms` until disposed; does not keep the process alive. */
export function every(ms: number, work: () => void): Disposable {
  const timer = setInterval(work, ms)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
