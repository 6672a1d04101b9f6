import type { Rehearsal } from '@lumen/protocol/http/alerts/rehearsal'
import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { errorCode, errorMessage } from '@lumen/std/error'
import { Refusal } from '../../refusal.ts'
import { type RehearsalParts, rehearse } from './rehearse.ts'

/** One rehearsal at a time: it reads much, and pushes and charts come first. */
export class RehearsalDesk {
  readonly #parts: RehearsalParts
  #isBusy = false

  constructor(parts: RehearsalParts) {
    this.#parts = parts
  }

  /** Given up as soon as nobody waits for it any more.
   * @throws {Refusal} 429 `rehearsal_busy` while another is under way; 400 `rule_invalid` for more than can be held */
  async rehearse(spec: RuleSpec, signal: AbortSignal): Promise<Rehearsal> {
    if (this.#isBusy) {
      throw new Refusal(429, 'rehearsal_busy', 'Another rule is being tried on history: try again in 1 s', {
        retryAfterS: 1,
      })
    }
    this.#isBusy = true
    try {
      return await rehearse(spec, this.#parts, signal)
    } catch (fault) {
      if (signal.aborted) throw new Refusal(408, 'rehearsal_left', 'Nobody waited for the answer any more')
      if (errorCode(fault) !== 'answer_too_large') throw fault
      throw new Refusal(400, 'rule_invalid', `Cannot replay so much history: ${errorMessage(fault)}`, {
        errors: [{ path: 'condition.key', message: 'covers too many things of one host' }],
      })
    } finally {
      this.#isBusy = false
    }
  }
}
