import { setPriority } from 'node:os'

/** Of 19. Enough to wait for whoever else wants the processor, not so much that a busy machine starves it. */
const NICE = 10

/** Lowers the priority of the calling thread. On Linux a priority belongs to a thread; elsewhere it would be the whole
 * process's, so nothing is done. Threads the runtime makes for this one (its garbage collector's) inherit it. */
export function lowerThreadPriority(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, NICE)
  } catch {
    // Not allowed here: it works as well, only less politely.
  }
}
