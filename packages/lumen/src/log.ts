import { type Log, stderrLog } from '@lumen/std/log'
import type { Settings } from './cli/options.ts'

export function logOf(settings: Pick<Settings, 'log-level'>): Log {
  return stderrLog(settings['log-level'])
}
