import { renameSync } from 'node:fs'
import { join } from 'node:path'
import type { UpdateOffer } from '@lumen/protocol/agent/ack'
import type { AgentEvent } from '@lumen/protocol/agent/events'
import { Backoff } from '@lumen/std/backoff'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import { isOlder } from '@lumen/std/is-older'
import type { Log } from '@lumen/std/log'
import { syncFolder } from '@lumen/std/sync-folder'
import type { HubTrust } from '../push/http-push.ts'
import { confirmed } from './choose-build.ts'
import { type DownloadLimits, downloadBuild } from './download-build.ts'
import { buildPath, INCOMING, openUpdateFolder, tidyUpdateFolder } from './update-folder.ts'
import { readUpdateState, type UpdateState, writeUpdateState } from './update-state.ts'

/** A program that may be replaced: what was installed, or a build that runs in its place. */
export interface UpdatingProgram {
  kind: 'executable' | 'script'
  /** Name of the builds that fit, as the hub offers them for download. */
  build: string
  /** Where they are kept. */
  dir: string
  /** Digest of the build that runs; undefined for the installed program. */
  runs: string | undefined
  /** Ends the time a new build has to show that it works. */
  endTrial(): void
}

export interface UpdaterOptions {
  program: UpdatingProgram
  version: string
  hubUrl: string
  tls: HubTrust | undefined
  clock: Clock
  log: Log
  random?: (() => number) | undefined
  limits?: DownloadLimits | undefined
}

type Tell = (detail: AgentEvent['detail']) => void

const AGAIN_MS = 10 * 60_000
const MOST_AGAIN_MS = 6 * 60 * 60_000

/** Replaces the agent by what its hub offers: only by something newer, only by bytes the hub vouched for, and only
 * where the machine's owner asked for it. It puts the new build beside; who starts it is the installed program,
 * which goes back by itself when the new one gets no answer from the hub. */
export class Updater {
  readonly #options: UpdaterOptions
  readonly #backoff: Backoff
  readonly #stopping = new AbortController()
  #onReady: () => void = () => undefined
  /** Resolves when a new build waits to be started. */
  readonly ready = new Promise<void>((resolve) => {
    this.#onReady = resolve
  })
  #state: UpdateState
  #tell: Tell = () => undefined
  #isConfirmed = false
  #isBusy = false
  #notBefore = 0
  #toldStart: string | undefined
  #toldReason: string | undefined

  constructor(options: UpdaterOptions) {
    this.#options = options
    const { random } = options
    this.#backoff = new Backoff({ firstMs: AGAIN_MS, maxMs: MOST_AGAIN_MS, ...(random && { random }) })
    this.#state = readUpdateState(options.program.dir)
  }

  /** What the hub is told it may offer. */
  get build(): string {
    return this.#options.program.build
  }

  start(tell: Tell): void {
    this.#tell = tell
    for (const { state, from, to, reason } of this.#state.news) {
      this.#options.log.warn('an update did not work', { state, from, to, reason })
      tell({ state, from, to, reason })
    }
  }

  onAck(offer: UpdateOffer | undefined): void {
    if (!this.#isConfirmed) this.#confirm()
    if (offer === undefined || this.#isBusy || this.#stopping.signal.aborted) return
    const { version, clock } = this.#options
    if (!isOlder(version, offer.version) || clock.monotonic() < this.#notBefore) return
    if (this.#state.failed.some(({ sha256 }) => sha256 === offer.sha256)) return
    this.#isBusy = true
    void this.#take(offer)
  }

  stop(): void {
    this.#stopping.abort()
  }

  /** The hub answers: this program works. */
  #confirm(): void {
    this.#isConfirmed = true
    const { program, version, log } = this.#options
    program.endTrial()
    const { trial, news } = this.#state
    const isTrial = trial !== null && trial.sha256 === program.runs
    if (!isTrial && news.length === 0) return
    try {
      this.#save({ ...(isTrial ? confirmed(this.#state) : this.#state), news: [] })
      tidyUpdateFolder(program.dir, this.#state)
    } catch (error) {
      log.warn('the state of updates cannot be kept', { reason: errorMessage(error) })
    }
    if (!isTrial) return
    log.info('updated', { from: trial.from, to: version })
    this.#tell({ state: 'done', from: trial.from, to: version })
  }

  async #take(offer: UpdateOffer): Promise<void> {
    const { program, version, hubUrl, tls, log, clock, limits } = this.#options
    const { dir, kind, build } = program
    const { sha256 } = offer
    const names = { from: version, to: offer.version }
    try {
      openUpdateFolder(dir)
      if (this.#toldStart !== sha256) this.#tell({ state: 'started', ...names })
      this.#toldStart = sha256
      log.info('update begins', names)
      const incoming = join(dir, INCOMING)
      const url = new URL(`${hubUrl.replace(/\/+$/, '')}/download/${build}`)
      await downloadBuild({ url, tls, offer }, incoming, this.#stopping.signal, limits)
      renameSync(incoming, buildPath(dir, kind, sha256))
      syncFolder(dir)
      this.#save({ ...this.#state, trial: { version: offer.version, sha256, from: version, starts: 0 } })
      this.#onReady()
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      const reason = errorMessage(error)
      log.warn('update failed; this version goes on', { ...names, reason })
      if (reason !== this.#toldReason) this.#tell({ state: 'failed', ...names, reason })
      this.#toldReason = reason
      this.#notBefore = clock.monotonic() + this.#backoff.next()
      this.#isBusy = false
    }
  }

  #save(state: UpdateState): void {
    writeUpdateState(this.#options.program.dir, state)
    this.#state = state
  }
}
