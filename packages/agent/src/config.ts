import type { DockerSetting } from './engine/address.ts'
import type { Pin } from './push/pin.ts'
import type { SpoolConfig } from './spool/lazy-spooler.ts'
import type { Permits } from './switches.ts'

/** What an agent is told. Parsing of flags, environment and file is the command line's. */
export interface AgentConfig {
  hubUrl: string
  token: string
  /** Shown only; the token decides identity. */
  name: string
  /** Until the hub's policy says otherwise. */
  intervalMs: number
  /** Where the machine's own /proc, /sys and root directory are mounted. */
  procRoot: string
  sysRoot: string
  rootfs: string
  /** Container engine: `off` where nothing is said. */
  docker?: DockerSetting | undefined
  /** Collectors the machine's owner switched off. */
  permits?: Permits | undefined
  /** Programs the machine's owner lets the agent run, by what they are for. */
  programs?: Programs | undefined
  /** PEM file to trust for the hub instead of the system's CAs. */
  caFile?: string | undefined
  /** Certificates by which alone the hub is known. */
  pins?: readonly Pin[] | undefined
  /** Where frames are kept while the hub does not answer; in memory only without it. */
  spool?: SpoolConfig | undefined
}

/** Names or paths: smartctl for `smart`, nvidia-smi for `gpu`. */
export type Programs = Readonly<Partial<Record<'smart' | 'gpu', string | undefined>>>

/** What collectors need to know. */
export type Roots = Pick<AgentConfig, 'procRoot' | 'sysRoot' | 'rootfs'>

export const OWN_ROOTS: Roots = { procRoot: '/proc', sysRoot: '/sys', rootfs: '/' }
