import type { getBackups, postBackup } from '@lumen/protocol/http/backups'
import type { listContainers } from '@lumen/protocol/http/containers'
import type { getHostEvents } from '@lumen/protocol/http/events'
import type {
  changeHost,
  createHost,
  deleteHost,
  getHost,
  listHosts,
  rotateToken,
} from '@lumen/protocol/http/hosts'
import type { getInstall } from '@lumen/protocol/http/install'
import type {
  changeProxmox,
  createProxmox,
  deleteProxmox,
  listProxmox,
  probeProxmox,
  proxmoxCommands,
  testProxmox,
  testSavedProxmox,
} from '@lumen/protocol/http/proxmox/connections'
import type { getQuery } from '@lumen/protocol/http/query'
import type { Route } from '@lumen/protocol/http/route'
import type { getMe, postLogin, postLogout, postPassword } from '@lumen/protocol/http/session'
import type { getSettings, putSettings } from '@lumen/protocol/http/settings'
import type { getSetup, postSetup } from '@lumen/protocol/http/setup'
import type { forecastRetention, getStorage } from '@lumen/protocol/http/storage'
import type { listTroubles } from '@lumen/protocol/http/troubles'

/** A declared route as the browser needs it: its types come from the protocol, its validator stays out of the
 * bundle. calls.test.ts holds method and path to the declaration. */
export interface Call<R extends Route> {
  readonly method: Route['method']
  readonly path: string
  /** Exists in the types only. */
  readonly declared?: R
}

export const declare = <R extends Route>(method: Route['method'], path: string): Call<R> => ({ method, path })

export const calls = {
  getSetup: declare<typeof getSetup>('GET', '/api/setup'),
  postSetup: declare<typeof postSetup>('POST', '/api/setup'),
  postLogin: declare<typeof postLogin>('POST', '/api/login'),
  postLogout: declare<typeof postLogout>('POST', '/api/logout'),
  getMe: declare<typeof getMe>('GET', '/api/me'),
  postPassword: declare<typeof postPassword>('POST', '/api/me/password'),
  listHosts: declare<typeof listHosts>('GET', '/api/hosts'),
  getInstall: declare<typeof getInstall>('GET', '/api/install'),
  createHost: declare<typeof createHost>('POST', '/api/hosts'),
  getHost: declare<typeof getHost>('GET', '/api/hosts/:id'),
  changeHost: declare<typeof changeHost>('PATCH', '/api/hosts/:id'),
  deleteHost: declare<typeof deleteHost>('DELETE', '/api/hosts/:id'),
  rotateToken: declare<typeof rotateToken>('POST', '/api/hosts/:id/rotate'),
  getHostEvents: declare<typeof getHostEvents>('GET', '/api/hosts/:id/events'),
  listContainers: declare<typeof listContainers>('GET', '/api/containers'),
  getQuery: declare<typeof getQuery>('GET', '/api/query'),
  getSettings: declare<typeof getSettings>('GET', '/api/settings'),
  putSettings: declare<typeof putSettings>('PUT', '/api/settings'),
  getStorage: declare<typeof getStorage>('GET', '/api/storage'),
  listTroubles: declare<typeof listTroubles>('GET', '/api/troubles'),
  forecastRetention: declare<typeof forecastRetention>('POST', '/api/storage/forecast'),
  getBackups: declare<typeof getBackups>('GET', '/api/backups'),
  postBackup: declare<typeof postBackup>('POST', '/api/backups'),
  listProxmox: declare<typeof listProxmox>('GET', '/api/proxmox'),
  createProxmox: declare<typeof createProxmox>('POST', '/api/proxmox'),
  changeProxmox: declare<typeof changeProxmox>('PATCH', '/api/proxmox/:id'),
  deleteProxmox: declare<typeof deleteProxmox>('DELETE', '/api/proxmox/:id'),
  testProxmox: declare<typeof testProxmox>('POST', '/api/proxmox/test'),
  testSavedProxmox: declare<typeof testSavedProxmox>('POST', '/api/proxmox/:id/test'),
  probeProxmox: declare<typeof probeProxmox>('POST', '/api/proxmox/fingerprint'),
  proxmoxCommands: declare<typeof proxmoxCommands>('GET', '/api/proxmox/commands'),
}
