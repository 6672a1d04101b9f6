import type { Figure } from './result.ts'

export interface BenchContext {
  /** One line of progress, to stderr. */
  say(line: string): void
  /** The checkout. */
  root: string
}

/** Runs every measurement of one group. It starts and ends its own processes. */
export type BenchGroup = (context: BenchContext) => Promise<Figure[]>
