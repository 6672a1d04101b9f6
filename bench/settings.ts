import { type PveRelease, RELEASES } from '@lumen/testkit/proxmox/cluster-spec'

/** What the command line asks for. */
export interface BenchSettings {
  groups: string[]
  isJson: boolean
  storage: StorageSettings
  agent: AgentSettings
  proxmox: ProxmoxSettings
}

export interface ProxmoxSettings {
  /** Of Proxmox VE, a round each. */
  releases: readonly PveRelease[]
  /** Simulated agents that push meanwhile. */
  agents: number
  /** How long the hub is watched with the connection and without, each. */
  minutes: number
}

export interface AgentSettings {
  /** How long each round is watched. */
  minutes: number
  /** A round each. */
  containers: readonly number[]
}

export interface StorageSettings {
  /** Hosts with the month that is sealed, merged and charted. */
  hosts: number
  /** How many of them have the whole year. */
  yearHosts: number
  /** Parts of the group to run; null: all. */
  parts: readonly string[] | null
}

export const OPTIONS = `options: --json
  --minutes N      agent: how long each round is watched, 60 for the figures of an hour (1)
  --containers A,B agent: rounds, each with so many containers (0,10,50)
  --hosts N        storage: hosts with a month of data (200)
  --year-hosts N   storage: how many of them have a year of it, 0 without (10)
  --releases A,B   proxmox: rounds, each with that version (9.1,8.4)
  --agents N       proxmox: simulated agents that push meanwhile (100)
  --steady N       proxmox: minutes of polling watched after the import (3)
  --parts A,B      storage: only these of compaction, starts, charts, size, wear, ingest`

/** @throws {RangeError} saying what is wrong with which option. */
export function parseSettings(args: readonly string[]): BenchSettings {
  const settings: BenchSettings = {
    groups: [],
    isJson: false,
    storage: { hosts: 200, yearHosts: 10, parts: null },
    agent: { minutes: 1, containers: [0, 10, 50] },
    proxmox: { releases: ['9.1', '8.4'], agents: 100, minutes: 3 },
  }
  const { storage, agent, proxmox } = settings
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--json') settings.isJson = true
    else if (arg === '--hosts') storage.hosts = count(arg, rest.shift())
    else if (arg === '--year-hosts') storage.yearHosts = count(arg, rest.shift(), 0)
    else if (arg === '--minutes') agent.minutes = count(arg, rest.shift())
    else if (arg === '--containers')
      agent.containers = (rest.shift() ?? '').split(',').map((text) => count(arg, text, 0))
    else if (arg === '--releases') proxmox.releases = (rest.shift() ?? '').split(',').map(release)
    else if (arg === '--agents') proxmox.agents = count(arg, rest.shift())
    else if (arg === '--steady') proxmox.minutes = count(arg, rest.shift())
    else if (arg === '--parts') storage.parts = (rest.shift() ?? '').split(',')
    else if (arg.startsWith('-')) throw new RangeError(`no option ${arg}`)
    else settings.groups.push(arg)
  }
  storage.yearHosts = Math.min(storage.yearHosts, storage.hosts)
  return settings
}

function count(name: string, value: string | undefined, least = 1): number {
  const number = value === undefined ? Number.NaN : Number(value)
  if (Number.isSafeInteger(number) && number >= least) return number
  throw new RangeError(`${name} is ${value ?? 'missing'}, wanted a whole number from ${least}`)
}

const RELEASE_NAMES = Object.keys(RELEASES) as PveRelease[]

function release(text: string): PveRelease {
  const known = RELEASE_NAMES.find((each) => each === text)
  if (known !== undefined) return known
  throw new RangeError(`--releases is ${text}, wanted of ${RELEASE_NAMES.join(', ')}`)
}
