import { type Hub, startHub } from '@lumen/hub/hub'
import { systemClock } from '@lumen/std/clock'
import type { Log } from '@lumen/std/log'
import { openTsdb } from '@lumen/tsdb/open'
import { asRefusal } from './cli/refusal.ts'
import { downloadSource } from './downloads.ts'
import { SELF } from './process.ts'
import type { HubOrder } from './up/hub-message.ts'
import { VERSION } from './version.ts'
import { webApp } from './web-app.ts'

export type HubSettings = Omit<HubOrder, 'machineName' | 'logLevel'>

/** Starts the hub with this build's web app and store.
 * @throws {Refusal} with the hub's own code, when its configuration or the machine does not let it start. */
export async function runHub(settings: HubSettings, log: Log): Promise<Hub> {
  const assets = webApp()
  if (assets === null) log.warn('the web app is not built: only the API is served (npm start builds it)')
  try {
    return await startHub(
      {
        dataDir: settings.dataDir,
        host: settings.host,
        port: settings.port,
        tlsCert: settings.tlsCert ?? undefined,
        tlsKey: settings.tlsKey ?? undefined,
        publicUrl: settings.publicUrl ?? undefined,
        trustProxy: settings.trustProxy ?? undefined,
        metricsAllow: settings.metricsAllow ?? undefined,
        setupCode: settings.setupCode ?? undefined,
        backupPassphraseFile: settings.backupPassphraseFile ?? undefined,
        downloads: downloadSource(settings.downloads),
        webAssets: assets,
        version: VERSION,
      },
      { clock: systemClock, log, openTsdb, backupCommand: [...SELF, 'backup', '--supervised'] },
    )
  } catch (error) {
    throw asRefusal(error)
  }
}
