import {
  COLLECTOR_SWITCHES,
  type CollectorState,
  type CollectorSwitch,
} from '@lumen/protocol/agent/collector-switches'
import type { Policy } from '@lumen/protocol/agent/policy'

/** What the machine's owner lets the agent collect; what is not named is allowed. */
export type Permits = Readonly<Partial<Record<CollectorSwitch, boolean>>>
export type CollectorStates = Readonly<Record<CollectorSwitch, CollectorState>>

/** What is collected when the hub asks and the machine's owner permits. The hub has one word, `off`: whatever else it
 * says, and whatever it says about things that are no switches, changes nothing. */
export function statesOf(permits: Permits, asked: Policy['collectors']): CollectorStates {
  const state = (name: CollectorSwitch): CollectorState => {
    if (permits[name] === false) return 'forbidden'
    return Object.hasOwn(asked, name) && asked[name] === 'off' ? 'off' : 'on'
  }
  return Object.fromEntries(COLLECTOR_SWITCHES.map((name) => [name, state(name)])) as CollectorStates
}
