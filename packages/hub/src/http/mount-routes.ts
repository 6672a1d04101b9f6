import type { Sample } from '@lumen/model/sample'
import type { Clock } from '@lumen/std/clock'
import type { Tsdb } from '@lumen/tsdb/api'
import type { Alerting } from '../alerting/open-alerting.ts'
import type { QuietKeeper } from '../alerting/quiet/quiet-keeper.ts'
import { RehearsalDesk } from '../alerting/rehearsal/rehearsal-desk.ts'
import type { ApiKeys } from '../auth/api-keys.ts'
import type { Devices } from '../auth/devices.ts'
import type { PasswordHasher } from '../auth/password.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Throttle } from '../auth/throttle.ts'
import type { Users } from '../auth/users.ts'
import { prepareBackupFolder } from '../backup/backup-folder.ts'
import type { BackupKeeper } from '../backup/backup-keeper.ts'
import type { FolderPatience } from '../backup/folder-patience.ts'
import type { ByteBudget } from '../body/byte-budget.ts'
import type { ControlDb } from '../control-db/control-db.ts'
import type { Rollout } from '../downloads/rollout.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { HostRegistry } from '../hosts/host-registry.ts'
import type { HostSummaries } from '../hosts/host-summary.ts'
import type { PresenceBoard } from '../hosts/presence-board.ts'
import type { ProfileKeeper } from '../hosts/profile-keeper.ts'
import type { RivalAgents } from '../hosts/rival-agents.ts'
import type { LargeBodies } from '../ingest/large-bodies.ts'
import type { PushLimiter } from '../ingest/push-limiter.ts'
import type { StoreQuota } from '../ingest/store-quota.ts'
import type { LiveStream } from '../live/live-stream.ts'
import type { Notifications } from '../notify/notifications.ts'
import type { ImportLedger } from '../proxmox/import/import-ledger.ts'
import type { Proxmox } from '../proxmox/proxmox.ts'
import type { Settings } from '../settings/settings.ts'
import type { Setup } from '../setup/setup.ts'
import type { Counters } from '../telemetry/counters.ts'
import type { Networks } from './networks.ts'
import type { Router } from './router.ts'
import { mountAgentRoutes } from './routes/agent.ts'
import { mountAlertRoutes } from './routes/alerts.ts'
import { mountBackupRoutes } from './routes/backups.ts'
import { mountChannelRoutes } from './routes/channels.ts'
import { mountContainerRoutes } from './routes/containers.ts'
import { type DownloadParts, installAnswerFor, mountDownloadRoutes } from './routes/downloads.ts'
import { mountHealthRoutes } from './routes/health.ts'
import { mountHostRoutes } from './routes/hosts.ts'
import { mountKeyRoutes } from './routes/keys.ts'
import { mountLiveRoute } from './routes/live.ts'
import { mountMachineLinkRoutes } from './routes/machine-links.ts'
import { mountMetricsRoute } from './routes/metrics.ts'
import { mountOpenApiRoute } from './routes/openapi.ts'
import { mountProxmoxRoutes } from './routes/proxmox.ts'
import { mountPushRoutes } from './routes/push.ts'
import { mountQueryRoute } from './routes/query.ts'
import { mountRehearsalRoute } from './routes/rehearsal.ts'
import { mountSessionRoutes } from './routes/session.ts'
import { mountSettingsRoutes } from './routes/settings.ts'
import { mountSilenceRoutes } from './routes/silence.ts'
import { mountStorageRoutes } from './routes/storage.ts'
import { mountUserRoutes } from './routes/users.ts'

/** The parts of a hub that calls speak to. */
export interface RoutesParts {
  clock: Clock
  version: string
  epoch: string
  counters: Counters
  /** Who may read /metrics without a key. */
  allowed: Networks
  dataDir: string
  downloads: DownloadParts
  db: ControlDb
  settings: Settings
  users: Users
  sessions: Sessions
  keys: ApiKeys
  devices: Devices
  hasher: PasswordHasher
  throttle: Throttle
  setup: Setup
  registry: HostRegistry
  profiles: ProfileKeeper
  presence: PresenceBoard
  rivals: RivalAgents
  summaries: HostSummaries
  removeHost(host: HostRecord): Promise<void>
  tsdb: Tsdb
  live: LiveStream
  imports: ImportLedger
  limiter: PushLimiter
  quota: StoreQuota
  rollout: Rollout
  /** Memory for pushes under way. */
  budget: ByteBudget
  largeBodies: LargeBodies
  bodyTimeoutMs: number
  onSamples(hostId: number, samples: readonly Sample[]): void
  onContact(hostId: number): void
  alerting: Alerting
  quiet: QuietKeeper
  notifications: Notifications
  proxmox: Proxmox
  backups: BackupKeeper
  patience: FolderPatience
}

/** Every call a hub serves, with the parts it speaks to. */
export function mountRoutes(router: Router, parts: RoutesParts): void {
  mountAccount(router, parts)
  mountHosts(router, parts)
  mountAlerting(router, parts)
  mountUpkeep(router, parts)
  mountAgents(router, parts)
}

/** Who somebody is, whether the hub is well, and what it serves. */
function mountAccount(router: Router, parts: RoutesParts): void {
  const { users, sessions, devices, hasher, throttle, setup, counters, clock, version, epoch } = parts
  const { keys, notifications, tsdb, alerting, registry, presence, live, allowed } = parts
  mountSessionRoutes(router, {
    ...{ users, sessions, devices, hasher, throttle, setup, counters, clock, version, epoch },
  })
  const forgetDevices = (userId: number) => notifications.devices.forgetOf(userId)
  mountUserRoutes(router, { users, sessions, hasher, clock, forgetDevices })
  mountKeyRoutes(router, { keys })
  mountHealthRoutes(router, { tsdb, clock, troubles: () => alerting.troubles.now() })
  mountMetricsRoute(router, {
    ...{ counters, registry, presence, live, tsdb, version, allowed },
    openAlerts: () => alerting.engine.book.open(),
  })
  mountOpenApiRoute(router, version)
}

/** What there is, now and before. */
function mountHosts(router: Router, parts: RoutesParts): void {
  const { registry, summaries, tsdb, clock, removeHost, proxmox, downloads, imports, live } = parts
  mountHostRoutes(router, {
    ...{ registry, summaries, tsdb, clock, removeHost },
    linkOf: (host) => proxmox.linkOf(host),
    installCommand: async (client) => (await installAnswerFor(client, downloads)).commands?.curl ?? null,
  })
  mountContainerRoutes(router, { registry, tsdb })
  mountQueryRoute(router, { tsdb, registry, imports, clock })
  mountLiveRoute(router, live)
  mountProxmoxRoutes(router, { proxmox })
  mountMachineLinkRoutes(router, { links: proxmox.links })
}

/** Rules, what they found, when they are quiet and whom they tell. */
function mountAlerting(router: Router, parts: RoutesParts): void {
  const { db, clock, tsdb, registry, presence, summaries, alerting, notifications, proxmox, quiet } = parts
  const known = {
    isHost: (id: number) => registry.get(id) !== undefined,
    isRule: (id: number) => alerting.rules.get(id) !== undefined,
    isChannel: (id: number) => notifications.channels.get(id) !== undefined,
  }
  mountAlertRoutes(router, {
    ...{ db, clock, tsdb, registry, presence, ...alerting },
    isOutdated: (host) => summaries.isOutdated(host),
    dependents: proxmox.carriers,
    troubles: () => alerting.troubles.now(),
    connections: (kind) => proxmox.count(kind),
    known,
  })
  mountRehearsalRoute(router, {
    rehearsals: new RehearsalDesk({
      ...{ tsdb, hosts: () => registry.list(), now: () => clock.now() },
      imported: (hostId, range) => parts.imports.within(hostId, range),
    }),
    known,
  })
  mountSilenceRoutes(router, {
    ...{ quiet, clock, known },
    firing: () => alerting.engine.firing(),
  })
  mountChannelRoutes(router, { notifications, rulesNaming: (channelId) => alerting.rules.naming(channelId) })
  mountPushRoutes(router, { devices: notifications.devices })
}

/** What is set, kept and copied. */
function mountUpkeep(router: Router, parts: RoutesParts): void {
  const { settings, tsdb, patience, backups, dataDir } = parts
  mountSettingsRoutes(router, {
    ...{ settings, tsdb },
    prepareBackupFolder: (directory) =>
      patience.ask(directory, () => prepareBackupFolder(directory, dataDir)),
  })
  mountBackupRoutes(router, { backups })
  mountStorageRoutes(router, { tsdb, settings })
}

/** What agents push to, and where they come from. */
function mountAgents(router: Router, parts: RoutesParts): void {
  const { registry, profiles, presence, rivals, settings, tsdb, counters, clock, epoch, downloads } = parts
  const { limiter, quota, rollout, budget, largeBodies, bodyTimeoutMs, onSamples, onContact } = parts
  mountAgentRoutes(router, {
    ...{ registry, profiles, presence, rivals, settings, tsdb, counters, clock, epoch },
    ...{ limiter, quota, rollout, budget, largeBodies, bodyTimeoutMs, onSamples, onContact },
  })
  mountDownloadRoutes(router, downloads)
}
