import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { Agent, type AgentOptions } from '@lumen/agent/agent'
import type { AgentConfig } from '@lumen/agent/config'
import { collectOnce } from '@lumen/agent/once'
import type { Updater } from '@lumen/agent/update/updater'
import { TOKEN_PATTERN } from '@lumen/protocol/agent/token'
import { systemClock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import type { Log } from '@lumen/std/log'
import type { Settings } from '../cli/options.ts'
import { EXIT, guarded, Refusal, UsageError } from '../cli/refusal.ts'
import { logOf } from '../log.ts'
import { permitsOf, programsOf } from '../permits.ts'
import { print } from '../print.ts'
import { spoolConfig } from '../spool-config.ts'
import { aborted, stopSignal } from '../stop-signal.ts'
import { VERSION } from '../version.ts'
import { explainAgent } from './explain-agent.ts'

/** `lumen agent`: reads this machine and pushes until it is told to stop; `--once` prints one frame.
 * @param isScript within `lumen-agent.js` */
export async function agent(settings: Settings, isScript = false): Promise<number> {
  const roots = {
    procRoot: settings.proc,
    sysRoot: settings.sys,
    rootfs: settings.rootfs,
    docker: settings.docker,
    permits: permitsOf(settings),
    programs: programsOf(settings),
  }
  if (settings.explain) return explainAgent(settings, roots, isScript)
  if (settings.healthy) return (await import('./health-file.ts')).tellHealth(settings.health)
  if (settings.once) {
    await print(`${JSON.stringify(await collectOnce(roots, systemClock), null, 2)}\n`)
    return EXIT.done
  }
  if (settings.hub === undefined)
    throw new Refusal('hub_missing', 'Which hub? Give its address with --hub http://HUB:8090 or LUMEN_HUB.')
  if (settings.ca !== undefined && settings.pin !== undefined)
    throw new UsageError('--ca and --pin are given both: choose one.')
  const log = logOf(settings)
  const stop = stopSignal(log)
  const config = {
    ...roots,
    hubUrl: settings.hub,
    token: hostToken(settings),
    name: settings.name ?? hostname(),
    intervalMs: settings.interval,
    ...(settings.ca !== undefined && { caFile: settings.ca }),
    ...(settings.pin !== undefined && { pins: settings.pin }),
    spool: await spoolConfig(resolve(settings.spool), settings),
  }
  const updating = settings['auto-update'] ? await loadUpdating(config, settings, isScript, log) : undefined
  const running = makeAgent(config, log, updating?.updater, await healthOf(settings, log))
  // Not `await using`: what Node 20 needs in its place is a kilobyte of lumen-agent.js.
  try {
    running.start()
    log.info('agent started', { hub: settings.hub, version: VERSION, interval_ms: settings.interval })
    const end = await Promise.race([
      aborted(stop),
      updating?.updater.ready.then(() => 'update') ?? aborted(stop),
    ])
    if (end !== 'update') return EXIT.done
    await running.stop({ isAnnounced: false })
  } finally {
    await running.stop()
  }
  updating?.startAgain()
  log.warn('ends to be started again, by its service manager, as the new version')
  return EXIT.failure
}

/** Loaded only where the owner wants it. */
async function loadUpdating(config: AgentConfig, settings: Settings, isScript: boolean, log: Log) {
  const { beginUpdating } = await import('./begin-updating.ts')
  return beginUpdating(config, settings, isScript, log)
}

/** Likewise. */
async function healthOf({ health }: Settings, log: Log) {
  return health === undefined ? undefined : (await import('./health-file.ts')).healthNotes(health, log)
}

function makeAgent(
  config: AgentConfig,
  log: Log,
  updater: Updater | undefined,
  onAck: AgentOptions['onAck'],
): Agent {
  return guarded(() => new Agent({ config, clock: systemClock, log, version: VERSION, updater, onAck }))
}

/** @throws {Refusal} `token_missing`, `token_bad`, `token_file_bad`; never with the token in its text */
export function hostToken(settings: Pick<Settings, 'token' | 'token-file'>): string {
  const { token, 'token-file': file } = settings
  if (token !== undefined && file !== undefined)
    throw new UsageError('--token and --token-file are given both: choose one.')
  if (file !== undefined) return checked(readTokenFile(file), `${file} holds`)
  if (token !== undefined) return checked(token, '--token (or LUMEN_TOKEN) is')
  throw new Refusal(
    'token_missing',
    'Which host? Give its token with --token-file FILE, or LUMEN_TOKEN in the environment; Settings → Hosts or "lumen host add NAME" makes one.',
  )
}

function readTokenFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new Refusal('token_file_bad', `Cannot read the token file ${path}: ${errorMessage(error)}`)
  }
}

function checked(token: string, place: string): string {
  if (TOKEN_PATTERN.test(token)) return token
  throw new Refusal(
    'token_bad',
    `${place} no host token: it begins with lum_ and has 64 characters. Copy it anew`,
  )
}
