import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import { HubClient } from './hub-client.ts'
import { TEST_HUB_ENV, type TestHubConfig } from './test-hub-config.ts'

const SETUP_CODE = 'test-kit-setup-code'
const READY_MS = 60_000

export interface TestHubOptions {
  dataDir: string
  port?: number
  tsdb?: TestHubConfig['tsdb']
  notify?: TestHubConfig['notify']
}

/** The real hub in a process of its own, which can be killed, stopped and started again on the same data and
 * port. One admin; `client` stays logged in over restarts. */
export class TestHub implements AsyncDisposable {
  readonly client: HubClient
  readonly url: string
  readonly #options: TestHubOptions
  readonly #port: number
  #child: Child

  constructor(options: TestHubOptions, child: Child, url: string) {
    this.#options = options
    this.#child = child
    this.url = url
    this.#port = Number(new URL(url).port)
    this.client = new HubClient(url)
  }

  get pid(): number {
    return this.#child.pid
  }

  /** What the present process printed to stderr. */
  get log(): string {
    return this.#child.stderr()
  }

  /** Resolves when the present process is gone, with its exit code (null: killed). */
  get exited(): Promise<number | null> {
    return this.#child.exited
  }

  isRunning(): boolean {
    return this.#child.isRunning()
  }

  async kill9(): Promise<void> {
    this.#child.signal('SIGKILL')
    await this.#child.exited
  }

  /** SIGTERM. @returns the exit code. */
  stop(): Promise<number | null> {
    return this.#child.stop(15_000)
  }

  /** Starts anew on the same data and port. The process before must be gone. `tsdb` replaces the options. */
  async restart(tsdb = this.#options.tsdb): Promise<void> {
    if (this.isRunning())
      throw new Error('Cannot restart the test hub: it still runs, kill9() or stop() it first')
    const started = await spawnHub({
      ...this.#options,
      port: this.#port,
      ...(tsdb !== undefined && { tsdb }),
    })
    this.#child = started.child
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stop()
  }
}

/** Starts a hub; on fresh data the first admin is made, else logged in. */
export async function startTestHub(options: TestHubOptions): Promise<TestHub> {
  const { child, url } = await spawnHub(options)
  const hub = new TestHub(options, child, url)
  try {
    const { needed } = await hub.client.call<{ needed: boolean }>('GET', '/api/setup')
    await (needed ? hub.client.setup(SETUP_CODE) : hub.client.login())
    return hub
  } catch (error) {
    await child.stop()
    throw error
  }
}

async function spawnHub({
  dataDir,
  port = 0,
  tsdb = {},
  notify = {},
}: TestHubOptions): Promise<{ child: Child; url: string }> {
  const config: TestHubConfig = { dataDir, port, setupCode: SETUP_CODE, tsdb, notify }
  const child = startChild([process.execPath, '--no-env-file', join(import.meta.dir, 'test-hub-entry.ts')], {
    env: { [TEST_HUB_ENV]: JSON.stringify(config) },
  })
  const [line] = await child.printed(/^\{"url":.*\}$/m, READY_MS)
  return { child, url: (JSON.parse(line) as { url: string }).url }
}
