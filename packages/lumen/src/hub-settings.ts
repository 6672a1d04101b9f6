import { resolve } from 'node:path'
import type { Settings } from './cli/options.ts'
import { UsageError } from './cli/refusal.ts'
import type { HubSettings } from './run-hub.ts'

/** @throws {UsageError} when only one of the two TLS files is named. */
export function hubSettings(settings: Settings): HubSettings {
  const [tlsCert, tlsKey] = [settings['tls-cert'], settings['tls-key']]
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UsageError('--tls-cert and --tls-key go together: give both or neither.')
  return {
    dataDir: resolve(settings.data),
    host: settings.listen.hostname,
    port: settings.listen.port,
    tlsCert: tlsCert ?? null,
    tlsKey: tlsKey ?? null,
    publicUrl: settings['public-url'] ?? null,
    trustProxy: settings['trust-proxy'] ?? null,
    metricsAllow: settings['metrics-allow'] ?? null,
    setupCode: settings['setup-code'] ?? null,
    backupPassphraseFile:
      settings['backup-passphrase-file'] === undefined ? null : resolve(settings['backup-passphrase-file']),
    downloads: settings.downloads === undefined ? null : resolve(settings.downloads),
  }
}
