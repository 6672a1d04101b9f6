import { join, resolve } from 'node:path'
import type { Settings } from '../cli/options.ts'

/** Where an agent that updates itself keeps builds, beside its spool. */
export function updateFolder(settings: Pick<Settings, 'spool'>): string {
  return join(resolve(settings.spool), 'update')
}
