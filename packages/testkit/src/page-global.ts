/** What code handed to a page may use of its globals: the tree is compiled without the DOM's types. Write
 * `const page = globalThis as unknown as PageGlobal` inside the function, which is sent as text. */
export interface PageGlobal {
  document: {
    body: { textContent: string; scrollWidth: number }
    documentElement: { clientWidth: number; scrollWidth: number }
    querySelectorAll(selector: string): { length: number }
    getAnimations(): {
      finished: Promise<unknown>
      effect: { getTiming(): { iterations?: number } } | null
    }[]
  }
  requestAnimationFrame(callback: (time: number) => void): void
  PerformanceObserver: new (
    callback: (list: { getEntries(): unknown[] }) => void,
  ) => { observe(options: { type: string }): void }
  /** Left by a test, to notice a reload. */
  mark?: string
  /** Counted by the benchmark's own script. */
  longTasks: number
}
