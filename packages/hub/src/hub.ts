import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Sample } from '@lumen/model/sample'
import { SECOND } from '@lumen/model/time'
import { type Clock, systemClock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import { every } from '@lumen/std/every'
import { type Log, stderrLog } from '@lumen/std/log'
import type { Tsdb } from '@lumen/tsdb/api'
import { defaultFloorOf } from '@lumen/tsdb/budget/caps'
import { openTsdb } from '@lumen/tsdb/open'
import type { TsdbOptions } from '@lumen/tsdb/options'
import { longestMs } from '@lumen/tsdb/retention'
import { serveAdminSocket } from './admin/admin-socket.ts'
import { liveConnections } from './admin/connections-admin.ts'
import { LocalAdmin } from './admin/local-admin.ts'
import { openAlerting } from './alerting/open-alerting.ts'
import { QuietKeeper } from './alerting/quiet/quiet-keeper.ts'
import { ApiKeys } from './auth/api-keys.ts'
import { Devices } from './auth/devices.ts'
import { argon2Hasher, type PasswordHasher } from './auth/password.ts'
import { Sessions } from './auth/sessions.ts'
import { Throttle } from './auth/throttle.ts'
import { Users } from './auth/users.ts'
import { BackupKeeper } from './backup/backup-keeper.ts'
import { OWN_COMMAND, runBackupProcess } from './backup/backup-process.ts'
import { finishRestore } from './backup/finish-restore.ts'
import { FolderPatience } from './backup/folder-patience.ts'
import { ByteBudget } from './body/byte-budget.ts'
import { lockDataDir, prepareDataDir } from './config/data-dir.ts'
import type { HubConfig } from './config/hub-config.ts'
import { openControlDb } from './control-db/control-db.ts'
import { Builds } from './downloads/builds.ts'
import { Rollout } from './downloads/rollout.ts'
import { HostRegistry } from './hosts/host-registry.ts'
import { HostSummaries } from './hosts/host-summary.ts'
import { PresenceBoard } from './hosts/presence-board.ts'
import { ProfileKeeper } from './hosts/profile-keeper.ts'
import { recallStops } from './hosts/recall-stops.ts'
import { removeHostWithHistory } from './hosts/remove-host.ts'
import { RivalAgents } from './hosts/rival-agents.ts'
import { rivalTroubles } from './hosts/rival-troubles.ts'
import { finishApp } from './http/app.ts'
import { listen } from './http/listen.ts'
import { mountRoutes } from './http/mount-routes.ts'
import { parseNetworks } from './http/networks.ts'
import { type AnyRoute, Router } from './http/router.ts'
import { WebApp } from './http/web-app.ts'
import { LargeBodies } from './ingest/large-bodies.ts'
import { PushLimiter } from './ingest/push-limiter.ts'
import { StoreQuota } from './ingest/store-quota.ts'
import { LiveStream } from './live/live-stream.ts'
import { Notifications, type NotifyOptions } from './notify/notifications.ts'
import { ImportLedger } from './proxmox/import/import-ledger.ts'
import { Proxmox } from './proxmox/proxmox.ts'
import { SecretBox } from './secrets/secret-box.ts'
import { hubIdOf } from './settings/hub-id.ts'
import { toLimits } from './settings/limits.ts'
import { Settings } from './settings/settings.ts'
import { Setup } from './setup/setup.ts'
import { closeStore } from './storage/close-store.ts'
import { Counters } from './telemetry/counters.ts'

export interface HubDeps {
  clock?: Clock
  log?: Log
  hasher?: PasswordHasher
  /** Settings of the store beyond where it is: flush times, fault points, where its worker's code is. */
  tsdb?: Partial<Omit<TsdbOptions, 'dir' | 'clock' | 'log'>> | undefined
  /** Another store in place of the real one, for tests. */
  openTsdb?: (options: TsdbOptions) => Promise<Tsdb>
  /** Where the code of control.db's writer is, for bundled executables. */
  controlWriterUrl?: string | URL | undefined
  /** What starts `runBackupChild` as a process of its own. */
  backupCommand?: readonly string[] | undefined
  /** Time for the body of a push. 30 s. */
  bodyTimeoutMs?: number
  /** How notifications are sent, for tests. */
  notify?: NotifyOptions | undefined
}

export interface Hub extends AsyncDisposable {
  /** Where this machine reaches it, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** For the log on first start; null once an admin exists. */
  readonly setupCode: string | null
  /** New at every start. */
  readonly epoch: string
  readonly counters: Counters
  /** Every call it serves. */
  readonly routes: readonly AnyRoute[]
  /** A host for an agent of this machine: made, or given a new token when it exists. */
  registerHost(name: string): Promise<{ id: number; token: string }>
}

const MIB = 1024 * 1024
/** Memory for bodies under way, of pushes and of people's calls. Two, because anybody may begin a login: a thousand
 * that never end must not keep pushes out. */
const PUSH_BUDGET_BYTES = 64 * MIB
const CALL_BUDGET_BYTES = 16 * MIB
/** Large pushes being taken, and waiting for that. One at once is no slower: taking them is work for the CPU alone. */
const LARGE_PUSHES = { atOnce: 1, waiting: 400, bytes: 32 * MIB, sweepEveryBytes: 4 * MIB }
const MAX_ACCOUNT_DELAY_MS = 60 * SECOND
const HUB_VERSION = '0.1.0'

/** Builds a hub's parts in the order data flows through them and starts serving. Disposing stops it cleanly:
 * no new requests, everything in memory flushed.
 * @throws {LumenError} `data_dir_unwritable`, `data_dir_in_use`, `database_too_new`, `database_unusable`,
 *   `secret_key_unusable`, `port_in_use`, `port_forbidden`, `address_unavailable`, `tls_unusable`, `network_invalid`, and the store's `data_in_use`, `data_unwritable` */
export async function startHub(config: HubConfig, deps: HubDeps = {}): Promise<Hub> {
  const { clock = systemClock, log = stderrLog(), hasher = argon2Hasher() } = deps
  await using building = new AsyncDisposableStack()
  const epoch = randomUUID()
  const isOwnTls = config.tlsCert !== undefined || config.tlsKey !== undefined
  const trusted = parseNetworks(config.trustProxy ?? [])
  const allowed = parseNetworks(config.metricsAllow ?? [])
  const counters = new Counters()
  const version = config.version ?? HUB_VERSION

  prepareDataDir(config.dataDir)
  building.use(lockDataDir(config.dataDir))
  const restore = finishRestore(config.dataDir)
  if (restore !== undefined) log.warn(restore)
  const db = building.use(await openControlDb(config.dataDir, 'worker', deps.controlWriterUrl))
  const secrets = SecretBox.open(config.dataDir)
  const settings = new Settings(db, defaultFloorOf(config.dataDir))
  const users = new Users(db)
  const sessions = new Sessions(db, clock, log)
  const keys = new ApiKeys(db, clock, log)
  const devices = await Devices.open(db)
  const throttle = new Throttle(clock, MAX_ACCOUNT_DELAY_MS)
  const setup = new Setup({ users, hasher, throttle, clock }, config.setupCode)
  const registry = new HostRegistry(db, clock)
  const imports = new ImportLedger(db)

  const open = deps.openTsdb ?? openTsdb
  const tsdb = await open({
    ...{ ...toLimits(settings.wire), ...deps.tsdb, dir: join(config.dataDir, 'tsdb'), clock, log },
    hostNames: () => new Map([...registry.list()].map(({ id, name }) => [id, name])),
  })
  building.defer(() => closeStore(tsdb, log))
  const presence = new PresenceBoard(clock, registry, tsdb.lastSampleTimes())
  const profiles = new ProfileKeeper({ registry, clock, log })
  building.defer(() => profiles.save('all'))

  const rivals = new RivalAgents(clock)
  const summaries = new HostSummaries({ tsdb, presence, rivals, settings, clock, version })
  const live = new LiveStream({ registry, summaries, tsdb, counters, clock })
  sessions.onEnd = (tokenHash) => live.endSession(tokenHash)
  presence.onChange = (hostId) => live.changed(hostId)
  profiles.onChange = (hostId) => live.changed(hostId)
  const limiter = new PushLimiter(clock)
  const quota = new StoreQuota(clock)
  const downloads = {
    builds: new Builds(config.downloads ?? { folders: [] }),
    publicUrl: config.publicUrl,
  }
  const rollout = new Rollout({ builds: downloads.builds, clock, log })
  registry.listener = {
    changed: (host) => {
      live.changed(host.id)
      engine.hostChanged(host)
    },
    removed: (hostId) => {
      presence.forget(hostId)
      limiter.forget(hostId)
      quota.forget(hostId)
      rollout.forget(hostId)
      rivals.forget(hostId)
      imports.forget(hostId)
      live.removed(hostId)
      engine.hostRemoved(hostId)
    },
  }
  const quiet = building.use(new QuietKeeper({ db, clock, log, hostOf: (id) => registry.get(id) }))
  const removeHost = removeHostWithHistory({ registry, profiles, tsdb, log })
  const onSamples = (hostId: number, samples: readonly Sample[]) => {
    live.samples(hostId, samples)
    engine.samples(hostId, samples)
  }
  const onContact = (hostId: number) => live.contact(hostId)
  const proxmox = new Proxmox({
    ...{ db, secrets, registry, profiles, presence, tsdb, counters, removeHost, clock, log },
    ...{ onSamples, onContact, imports },
    keptMs: () => longestMs(toLimits(settings.wire).retention),
  })
  const notifications = building.use(
    await Notifications.open({
      ...{ db, clock, log, box: secrets },
      ...{ publicUrl: config.publicUrl, options: deps.notify },
    }),
  )
  const alerting = building.use(
    await openAlerting({
      ...{ db, clock, log, tsdb, registry, presence, summaries, live, settings, quiet },
      teller: notifications.teller,
      dependents: proxmox.carriers,
      otherTroubles: () => [
        ...proxmox.troubles(),
        ...rivalTroubles(rivals, (hostId) => registry.get(hostId)?.name),
      ],
      channelTroubles: () =>
        notifications.failingChannels().map(({ name, fault }) => ({ channel: name, words: fault })),
    }),
  )
  const { engine } = alerting
  quiet.start()

  const command = deps.backupCommand ?? OWN_COMMAND
  const patience = new FolderPatience()
  const backups = building.use(
    new BackupKeeper({
      dataDir: config.dataDir,
      hubId: await hubIdOf(db),
      version,
      passphraseFile: config.backupPassphraseFile ?? null,
      schedule: () => settings.wire.backups,
      patience,
      holdFiles: () => tsdb.holdFiles(),
      copy: (order, how) => runBackupProcess(command, order, how),
      ...{ clock, log },
    }),
  )

  building.use(proxmox)
  summaries.clusterOf = (hostId) => proxmox.countsOf(hostId)

  const budget = new ByteBudget(PUSH_BUDGET_BYTES)
  const callBudget = new ByteBudget(CALL_BUDGET_BYTES)
  const publicHost = config.publicUrl === undefined ? null : new URL(config.publicUrl).host
  const router = new Router({ sessions, users, keys, trusted, isOwnTls, publicHost, budget: callBudget })
  mountRoutes(router, {
    ...{ clock, version, epoch, counters, allowed, dataDir: config.dataDir, downloads },
    ...{ db, settings, users, sessions, keys, devices, hasher, throttle, setup },
    ...{ registry, profiles, presence, rivals, summaries, removeHost, tsdb, live, imports },
    ...{ limiter, quota, rollout, budget, onSamples, onContact },
    ...{ alerting, quiet, notifications, proxmox, backups, patience },
    largeBodies: new LargeBodies({ ...LARGE_PUSHES, sweep: () => Bun.gc(true) }),
    bodyTimeoutMs: deps.bodyTimeoutMs ?? 30 * SECOND,
  })
  finishApp({ router, webApp: new WebApp(config.webAssets ?? null), counters, log, isOwnTls })

  const admin = new LocalAdmin({
    ...{ isLive: true, registry, users, sessions, hasher, clock, removeHost },
    connections: liveConnections(proxmox),
    troubles: () => alerting.troubles.now(),
    presenceOf: (host) => ({
      state: presence.presence(host).state,
      lastSeen: presence.lastSeen(host.id),
    }),
  })
  const server = building.use(listen(config, router, live))
  building.defer(() => live.close())
  try {
    building.use(serveAdminSocket(config.dataDir, admin, () => tsdb.holdFiles()))
  } catch (fault) {
    log.warn('admin commands must wait until the hub is stopped: no socket in the data directory', {
      fault: errorMessage(fault),
    })
  }
  building.use(every(SECOND, () => presence.sweep()))
  building.use(every(5 * SECOND, () => void profiles.save()))
  building.use(every(60 * SECOND, () => sessions.sweep()))
  backups.start()
  notifications.onAttempt = (outcome) => counters.add('notifications', outcome)
  await notifications.start()
  proxmox.start()
  recallStops({ registry, presence, tsdb, log })

  const running = building.move()
  return {
    url: server.url,
    port: server.port,
    epoch,
    counters,
    routes: router.routes,
    get setupCode() {
      return setup.code
    },
    async registerHost(name) {
      const known = registry.find(name)
      if (known !== undefined) return { id: known.id, token: await registry.rotate(known) }
      const { host, token } = await registry.add(name)
      return { id: host.id, token }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
