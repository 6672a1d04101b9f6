import type { MissingRight, ProxmoxKind } from '@lumen/protocol/http/proxmox/connections'

/** `/access/permissions`: by path, privileges with 1 where they hold for what lies below too. */
export type Permissions = Readonly<Record<string, Readonly<Record<string, unknown>>>>

interface WantedRight {
  path: string
  /** Any of them will do. */
  privileges: readonly string[]
  lost: string
  /** The version that has it; older ones have none that only looks. */
  since?: number
  /** All else works without it. */
  isExtra?: boolean
}

const AGENT = ['VM.GuestAgent.Audit', 'VM.GuestAgent.Unrestricted', 'VM.Monitor']

const WANTED: Readonly<Record<ProxmoxKind, readonly WantedRight[]>> = {
  pve: [
    {
      path: '/',
      privileges: ['Sys.Audit'],
      lost: 'points of ten seconds, quorum, high availability, backup jobs and ZFS pools',
    },
    { path: '/nodes', privileges: ['Sys.Audit'], lost: 'nodes’ kernel, memory, disks and history' },
    { path: '/vms', privileges: ['VM.Audit'], lost: 'guests' },
    { path: '/storage', privileges: ['Datastore.Audit'], lost: 'storages and the backups on them' },
    {
      path: '/vms',
      privileges: AGENT,
      lost: 'disk use inside virtual machines',
      since: 9,
      isExtra: true,
    },
  ],
  pbs: [
    { path: '/datastore', privileges: ['Datastore.Audit'], lost: 'datastores and the backups in them' },
    { path: '/system/tasks', privileges: ['Sys.Audit'], lost: 'tasks that failed' },
  ],
}

/** What a token lacks of what Lumen reads. */
export function missingRights(
  kind: ProxmoxKind,
  permissions: Permissions,
  majorVersion: number,
): MissingRight[] {
  return WANTED[kind]
    .filter(({ since = 0 }) => majorVersion >= since)
    .filter(({ path, privileges }) => !privileges.some((privilege) => has(permissions, path, privilege)))
    .map(({ path, privileges, lost, isExtra }) => ({
      ...{ path, privilege: privileges[0]!, lost },
      ...(isExtra === true && { is_extra: true }),
    }))
}

/** Whether guest agents may be asked at all. */
export function mayAskAgents(permissions: Permissions): boolean {
  return AGENT.some((privilege) => has(permissions, '/vms', privilege))
}

/** The nearest path that is named decides; from above it must be one that holds below. */
function has(permissions: Permissions, path: string, privilege: string): boolean {
  for (let at = path; ; at = parentOf(at)) {
    const named = permissions[at]
    if (named !== undefined) {
      const value = named[privilege]
      return at === path ? value !== undefined : Number(value) === 1
    }
    if (at === '/') return false
  }
}

function parentOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end <= 0 ? '/' : path.slice(0, end)
}
