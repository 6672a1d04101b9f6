import type { DownloadSource } from '../downloads/builds.ts'
import type { WebAssets } from './web-assets.ts'

/** Everything a hub needs to know before it starts. Flags, environment and files are read by the caller. */
export interface HubConfig {
  /** Folder for all it keeps; made if missing. */
  dataDir: string
  /** Address to bind; `0.0.0.0` is every IPv4 address, `::` every address. */
  host: string
  /** 0 takes a free port. */
  port: number
  /** PEM files; both or neither. */
  tlsCert?: string | undefined
  tlsKey?: string | undefined
  /** The address people and agents use, where it differs from what a request says. */
  publicUrl?: string | undefined
  /** Networks (CIDR) whose X-Forwarded-For and X-Forwarded-Proto count. */
  trustProxy?: readonly string[] | undefined
  /** First-start code; random unless given. */
  setupCode?: string | undefined
  /** File whose first line encrypts the backups it makes by itself; they are not encrypted unless given. */
  backupPassphraseFile?: string | undefined
  /** Networks (CIDR) that may read /metrics without logging in; none unless given. */
  metricsAllow?: readonly string[] | undefined
  /** The web app's files, or null to serve the API alone. */
  webAssets?: WebAssets | null | undefined
  /** Builds that agents are installed from; none unless given. */
  downloads?: DownloadSource | undefined
  /** What /api/me and /metrics call this build. */
  version?: string | undefined
}

export const DEFAULT_INTERVAL_MS = 5_000
