import { loadSpoolerFor, type SpoolConfig } from '@lumen/agent/spool/lazy-spooler'
import type { Settings } from './cli/options.ts'

/** Where an agent keeps frames while the hub does not answer; undefined when it may not. */
export async function spoolConfig(
  dir: string,
  settings: Pick<Settings, 'spool-max'>,
): Promise<SpoolConfig | undefined> {
  const maxBytes = settings['spool-max']
  return maxBytes === 0 ? undefined : { dir, maxBytes, code: await loadSpoolerFor(dir) }
}
