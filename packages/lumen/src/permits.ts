import type { Programs } from '@lumen/agent/config'
import { programOf } from '@lumen/agent/programs/setting'
import type { Permits } from '@lumen/agent/switches'
import { COLLECTOR_SWITCHES, type CollectorSwitch } from '@lumen/protocol/agent/collector-switches'
import type { Settings } from './cli/options.ts'

type Switches = Pick<Settings, CollectorSwitch>

/** What this machine's owner lets an agent collect. What has a switch of words is off by its word. */
export function permitsOf(settings: Switches): Permits {
  return Object.fromEntries(
    COLLECTOR_SWITCHES.map((name) => [name, settings[name] !== false && settings[name] !== 'off']),
  )
}

/** The programs this machine's owner lets an agent run. */
export function programsOf({ smart, gpu }: Pick<Settings, 'smart' | 'gpu'>): Programs {
  return { smart: programOf(smart), gpu: programOf(gpu) }
}
