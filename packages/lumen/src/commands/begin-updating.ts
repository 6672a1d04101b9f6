import { trustOf } from '@lumen/agent/agent'
import type { AgentConfig } from '@lumen/agent/config'
import { Updater } from '@lumen/agent/update/updater'
import { systemClock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import type { Settings } from '../cli/options.ts'
import { guarded } from '../cli/refusal.ts'
import { requireSafeWay, updatingProgram } from '../update/program.ts'
import { startAgain, startBuild } from '../update/start-build.ts'
import { updateFolder } from '../update/update-folder.ts'
import { VERSION } from '../version.ts'

/** Never returns where a build that replaces this program is to run.
 * @param isScript within `lumen-agent-full.js` */
export async function beginUpdating(config: AgentConfig, settings: Settings, isScript: boolean, log: Log) {
  requireSafeWay(config.hubUrl)
  const program = updatingProgram(updateFolder(settings), isScript)
  await startBuild(program, VERSION, log)
  const { hubUrl } = config
  const updater = guarded(
    () => new Updater({ program, version: VERSION, hubUrl, tls: trustOf(config), clock: systemClock, log }),
  )
  return { updater, startAgain: () => startAgain(program) }
}
