import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Sample } from '@lumen/model/sample'
import { SECOND } from '@lumen/model/time'
import { type Clock, systemClock } from '@lumen/std/clock'
import { errorMessage, LumenError } from '@lumen/std/error'
import { every } from '@lumen/std/every'
import { type Log, stderrLog } from '@lumen/std/log'
import { Turnstile } from '@lumen/std/turnstile'
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
import { RehearsalDesk } from './alerting/rehearsal/rehearsal-desk.ts'
import { Devices } from './auth/devices.ts'
import { argon2Hasher, type PasswordHasher } from './auth/password.ts'
import { Sessions } from './auth/sessions.ts'
import { Throttle } from './auth/throttle.ts'
import { Users } from './auth/users.ts'
import { prepareBackupFolder } from './backup/backup-folder.ts'
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
import { parseNetworks } from './http/networks.ts'
import { type AnyRoute, Router } from './http/router.ts'
import { mountAgentRoutes } from './http/routes/agent.ts'
import { mountAlertRoutes } from './http/routes/alerts.ts'
import { mountBackupRoutes } from './http/routes/backups.ts'
import { mountChannelRoutes } from './http/routes/channels.ts'
import { mountContainerRoutes } from './http/routes/containers.ts'
import { installAnswerFor, mountDownloadRoutes } from './http/routes/downloads.ts'
import { mountHealthRoutes } from './http/routes/health.ts'
import { mountHostRoutes } from './http/routes/hosts.ts'
import { mountLiveRoute } from './http/routes/live.ts'
import { mountMachineLinkRoutes } from './http/routes/machine-links.ts'
import { mountMetricsRoute } from './http/routes/metrics.ts'
import { mountOpenApiRoute } from './http/routes/openapi.ts'
import { mountProxmoxRoutes } from './http/routes/proxmox.ts'
import { mountPushRoutes } from './http/routes/push.ts'
import { mountQueryRoute } from './http/routes/query.ts'
import { mountRehearsalRoute } from './http/routes/rehearsal.ts'
import { mountSessionRoutes } from './http/routes/session.ts'
import { mountSettingsRoutes } from './http/routes/settings.ts'
import { mountSilenceRoutes } from './http/routes/silence.ts'
import { mountStorageRoutes } from './http/routes/storage.ts'
import { WebApp } from './http/web-app.ts'
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

/** Memory for bodies under way, of pushes and of people's calls. Two, because anybody may begin a login: a thousand
 * that never end must not keep pushes out. */
const PUSH_BUDGET_BYTES = 64 * 1024 * 1024
const CALL_BUDGET_BYTES = 16 * 1024 * 1024
/** Large pushes being taken, and waiting for that. */
const LARGE_PUSHES = { atOnce: 4, waiting: 400 }
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
  const router = new Router({ sessions, users, trusted, isOwnTls, publicHost, budget: callBudget })
  mountSessionRoutes(router, {
    ...{ users, sessions, devices, hasher, throttle, setup, counters, clock, version, epoch },
  })
  mountHostRoutes(router, {
    ...{ registry, summaries, tsdb, clock, removeHost },
    linkOf: (host) => proxmox.linkOf(host),
    installCommand: async (client) => (await installAnswerFor(client, downloads)).commands?.curl ?? null,
  })
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
    rehearsals: new RehearsalDesk({ tsdb, hosts: () => registry.list(), now: () => clock.now() }),
    known,
  })
  mountSilenceRoutes(router, {
    ...{ quiet, clock, known },
    firing: () => engine.firing(),
  })
  mountContainerRoutes(router, { registry, tsdb })
  mountQueryRoute(router, { tsdb, registry, imports })
  mountSettingsRoutes(router, {
    ...{ settings, tsdb },
    prepareBackupFolder: (directory) =>
      patience.ask(directory, () => prepareBackupFolder(directory, config.dataDir)),
  })
  mountBackupRoutes(router, { backups })
  mountChannelRoutes(router, { notifications, rulesNaming: (channelId) => alerting.rules.naming(channelId) })
  mountPushRoutes(router, { devices: notifications.devices })
  mountStorageRoutes(router, { tsdb, settings })
  mountProxmoxRoutes(router, { proxmox })
  mountMachineLinkRoutes(router, { links: proxmox.links })
  mountAgentRoutes(router, {
    ...{
      registry,
      limiter,
      quota,
      rollout,
      budget,
      tsdb,
      presence,
      rivals,
      profiles,
      settings,
      counters,
      clock,
      epoch,
    },
    largeBodies: new Turnstile(LARGE_PUSHES),
    bodyTimeoutMs: deps.bodyTimeoutMs ?? 30 * SECOND,
    ...{ onSamples, onContact },
  })
  mountLiveRoute(router, live)
  mountDownloadRoutes(router, downloads)
  mountHealthRoutes(router, { tsdb, clock, troubles: () => alerting.troubles.now() })
  mountMetricsRoute(router, {
    ...{ counters, registry, presence, live, tsdb, version, allowed },
    openAlerts: () => engine.book.open(),
  })
  mountOpenApiRoute(router, version)
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

/** How long a clean stop waits for the last flush; SIGTERM allows 5 s for everything. */
const LAST_FLUSH_MS = 4 * SECOND

async function closeStore(tsdb: Tsdb, log: Log): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const fault = new LumenError(
      'flush_late',
      'The disk did not take the last minute in time; agents resend it',
    )
    timer = setTimeout(reject, LAST_FLUSH_MS, fault)
  })
  try {
    await Promise.race([tsdb.flush('all').then(() => tsdb[Symbol.asyncDispose]()), late])
  } catch (fault) {
    log.error('last flush failed', { fault: errorMessage(fault) })
  } finally {
    clearTimeout(timer)
  }
}
