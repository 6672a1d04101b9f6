import type { UpdatingProgram } from '@lumen/agent/update/updater'
import { Refusal } from '../cli/refusal.ts'
import { executableName, platformName } from '../platform.ts'

/** How this program was started. */
export interface Program extends UpdatingProgram {
  /** What was installed, which a build replaces without touching it. */
  installed: string
}

/** Set for a build that runs in place of the installed program: its digest, and where that is. */
export const RUNS = 'LUMEN_UPDATE_RUNS'
export const INSTALLED = 'LUMEN_UPDATE_INSTALLED'
/** Set where the compiler of the runtime is on only for calling the C library: what BUN_JSC_useJIT was. */
export const HAD_JIT = 'LUMEN_UPDATE_HAD_JIT'

/** @param script true within `lumen-agent-full.js`
 * @throws {Refusal} `auto_update_unsupported` where there is nothing that could be replaced */
export function updatingProgram(dir: string, script: boolean): Program {
  const runs = process.env[RUNS]
  if (process.platform === 'win32') throw unsupported('Windows does not replace a program that runs')
  if (script) {
    const installed = process.argv[1] ?? ''
    return { kind: 'script', build: 'lumen-agent-full.js', dir, runs, installed, endTrial() {} }
  }
  if (!Bun.isStandaloneExecutable) throw unsupported('an agent run from its source is updated with it')
  return {
    ...{ kind: 'executable', build: executableName(platformName()), dir, runs },
    installed: (runs === undefined ? undefined : process.env[INSTALLED]) ?? process.execPath,
    // The alarm that was set for the trial is heard and means nothing any more.
    endTrial() {
      if (runs !== undefined) process.on('SIGALRM', () => undefined)
    },
  }
}

const OWN_MACHINE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Over plain HTTP anybody on the way could say which program the agent is to become.
 * @throws {Refusal} `auto_update_insecure` for an http:// hub on another machine */
export function requireSafeWay(hubUrl: string): void {
  const { protocol, hostname } = new URL(hubUrl)
  if (protocol === 'https:' || OWN_MACHINE.test(hostname)) return
  throw new Refusal(
    'auto_update_insecure',
    `--auto-update is refused over plain HTTP: anybody between this machine and ${hubUrl} could replace the agent. Give --hub the hub’s https:// address, with --pin for a certificate of its own making`,
  )
}

function unsupported(why: string): Refusal {
  return new Refusal(
    'auto_update_unsupported',
    `--auto-update works with executables and lumen-agent-full.js: ${why}`,
  )
}
