import { hostname } from 'node:os'
import { join } from 'node:path'
import { Agent } from '@lumen/agent/agent'
import { HttpPush } from '@lumen/agent/push/http-push'
import type { SpoolConfig } from '@lumen/agent/spool/lazy-spooler'
import { systemClock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import type { Settings } from '../cli/options.ts'
import { permitsOf, programsOf } from '../permits.ts'
import { spoolConfig } from '../spool-config.ts'
import { VERSION } from '../version.ts'
import type { HubReady } from './hub-message.ts'
import { machineTokenPath } from './machine-token.ts'

const WATCH_MS = 5_000
/** In the data directory. */
const SPOOL_FOLDER = 'agent-spool'

/** The agent of this machine, pushing to its own hub. Says what to do when the hub does not know its token. */
export class OwnAgent implements AsyncDisposable {
  readonly #agent: Agent
  readonly #log: Log
  readonly #dataDir: string
  #watch: ReturnType<typeof setInterval> | undefined

  private constructor(
    settings: Settings,
    dataDir: string,
    ready: HubReady,
    log: Log,
    spool: SpoolConfig | undefined,
  ) {
    this.#log = log
    this.#dataDir = dataDir
    this.#agent = new Agent({
      config: {
        hubUrl: ready.url,
        token: ready.machineToken,
        name: machineName(settings),
        intervalMs: settings.interval,
        procRoot: settings.proc,
        sysRoot: settings.sys,
        rootfs: settings.rootfs,
        spool,
        docker: settings.docker,
        permits: permitsOf(settings),
        programs: programsOf(settings),
      },
      clock: systemClock,
      log,
      version: VERSION,
      ...(ready.url.startsWith('https:') && {
        transport: new HttpPush({ hubUrl: ready.url, token: ready.machineToken, tls: { isOwnHub: true } }),
      }),
    })
  }

  static async open(settings: Settings, dataDir: string, ready: HubReady, log: Log): Promise<OwnAgent> {
    const spool = await spoolConfig(join(dataDir, SPOOL_FOLDER), settings)
    return new OwnAgent(settings, dataDir, ready, log, spool)
  }

  start(): void {
    this.#agent.start()
    let wasUnknown = false
    this.#watch = setInterval(() => {
      const isUnknown = /^HTTP 40[13]\b/.test(this.#agent.status().fault ?? '')
      if (isUnknown && !wasUnknown)
        this.#log.error(
          `this machine's host was deleted or its token rotated: to register it anew, stop, delete ${machineTokenPath(this.#dataDir)} and start again; after a rotation write the new token into that file instead`,
        )
      wasUnknown = isUnknown
    }, WATCH_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch)
    await this.#agent.stop()
  }
}

export function machineName(settings: Pick<Settings, 'name'>): string {
  return settings.name ?? hostname()
}
