import type { SpoolConfig } from '@lumen/agent/spool/spooler'
import type { Settings } from './cli/options.ts'

/** Where an agent keeps frames while the hub does not answer; undefined when it may not. */
export function spoolConfig(dir: string, settings: Pick<Settings, 'spool-max'>): SpoolConfig | undefined {
  const maxBytes = settings['spool-max']
  return maxBytes === 0 ? undefined : { dir, maxBytes }
}
