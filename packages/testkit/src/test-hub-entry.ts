import { startHub } from '@lumen/hub/hub'
import { errorMessage } from '@lumen/std/error'
import { stderrLog } from '@lumen/std/log'
import { openTsdb } from '@lumen/tsdb/open'
import { TEST_HUB_ENV, type TestHubConfig } from './test-hub-config.ts'

/** What `startTestHub` runs: the real hub with what only tests may set. Says its URL as JSON on stdout. */
async function main(config: TestHubConfig): Promise<void> {
  const hub = await startHub(
    { dataDir: config.dataDir, host: '127.0.0.1', port: config.port, setupCode: config.setupCode },
    {
      log: stderrLog(),
      openTsdb: (base) => openTsdb({ ...base, ...config.tsdb }),
      notify: config.notify,
    },
  )
  process.stdout.write(`${JSON.stringify({ url: hub.url })}\n`)
  const stop = async () => {
    await hub[Symbol.asyncDispose]()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

main(JSON.parse(process.env[TEST_HUB_ENV] ?? '{}')).catch((error) => {
  process.stderr.write(`${errorMessage(error)}\n`)
  process.exit(1)
})
