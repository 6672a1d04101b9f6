import type { Permits } from '@lumen/agent/switches'
import { COLLECTOR_SWITCHES, type CollectorSwitch } from '@lumen/protocol/agent/collector-switches'
import type { Settings } from './cli/options.ts'

type Switches = Pick<Settings, CollectorSwitch>

/** What this machine's owner lets an agent collect. Every switch but the engine's is on or off. */
export function permitsOf(settings: Switches): Permits {
  return Object.fromEntries(
    COLLECTOR_SWITCHES.map((name) => [name, settings[name] !== false && settings[name] !== 'off']),
  )
}
