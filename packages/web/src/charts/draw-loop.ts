export interface DrawLoopOptions {
  /** requestAnimationFrame and its end; injected for tests. A hidden page runs no frames, so nothing is drawn. */
  request: (job: () => void) => number
  cancel: (handle: number) => void
}

/** Something drawn at most once a frame, and only while it can be seen. */
export interface Drawing {
  invalidate(): void
  setOnScreen(isOnScreen: boolean): void
  dispose(): void
}

interface Entry {
  draw: () => void
  isDirty: boolean
  isOnScreen: boolean
}

/** All drawings of a page in one animation frame: invalidating one a hundred times draws it once. */
export class DrawLoop {
  readonly #options: DrawLoopOptions
  readonly #entries = new Set<Entry>()
  #handle: number | undefined

  constructor(options: DrawLoopOptions) {
    this.#options = options
  }

  /** Drawings under care; for tests. */
  get size(): number {
    return this.#entries.size
  }

  add(draw: () => void): Drawing {
    const entry: Entry = { draw, isDirty: false, isOnScreen: true }
    this.#entries.add(entry)
    const schedule = () => {
      if (entry.isDirty && entry.isOnScreen && this.#entries.has(entry)) {
        this.#handle ??= this.#options.request(() => this.#flush())
      }
    }
    return {
      invalidate: () => {
        entry.isDirty = true
        schedule()
      },
      setOnScreen: (isOnScreen) => {
        entry.isOnScreen = isOnScreen
        schedule()
      },
      dispose: () => {
        this.#entries.delete(entry)
        if (this.#entries.size === 0 && this.#handle !== undefined) {
          this.#options.cancel(this.#handle)
          this.#handle = undefined
        }
      },
    }
  }

  #flush(): void {
    this.#handle = undefined
    for (const entry of this.#entries) {
      if (!entry.isDirty || !entry.isOnScreen) continue
      entry.isDirty = false
      entry.draw()
    }
  }
}
