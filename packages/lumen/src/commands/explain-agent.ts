import { resolve } from 'node:path'
import type { ExplainConfig } from '@lumen/agent/explain/explain'
import { systemClock } from '@lumen/std/clock'
import type { Settings } from '../cli/options.ts'
import { EXIT } from '../cli/refusal.ts'
import { SETTINGS_FILES } from '../cli/settings.ts'
import { print } from '../print.ts'
import { updateFolder } from '../update/update-folder.ts'
import { VERSION } from '../version.ts'

/** `lumen agent --explain`: everything an agent with these settings may read, ask and send. Sends nothing. */
export async function explainAgent(
  settings: Settings,
  machine: ExplainConfig,
  isScript: boolean,
): Promise<number> {
  // Loaded only when asked for: the texts are no use to an agent that runs.
  const { explain } = await import('@lumen/agent/explain/explain')
  const { explainText } = await import('@lumen/agent/explain/explain-text')
  const { updatingProgram } = await import('../update/program.ts')
  const maxBytes = settings['spool-max']
  const explanation = await explain({
    config: {
      ...machine,
      hubUrl: settings.hub,
      caFile: settings.ca,
      pins: settings.pin,
      health: settings.health,
      ...(settings['auto-update'] && { updates: updatingProgram(updateFolder(settings), isScript) }),
      ...(maxBytes > 0 && { spool: { dir: resolve(settings.spool), maxBytes } }),
    },
    clock: systemClock,
    version: VERSION,
    given: { settings: settings.config ?? SETTINGS_FILES.agent, token: settings['token-file'] },
  })
  await print(settings.json ? `${JSON.stringify(explanation, null, 2)}\n` : explainText(explanation))
  return EXIT.done
}
