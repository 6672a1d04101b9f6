import { parseDockerSetting } from '@lumen/agent/engine/address'
import { parsePins } from '@lumen/agent/push/pin'
import type { CollectorSwitch } from '@lumen/protocol/agent/collector-switches'
import type { CommandName } from './commands.ts'
import {
  duration,
  httpUrl,
  listenAddress,
  networks,
  oneOf,
  onOff,
  type ParseValue,
  sizeOrNone,
  text,
  wholeNumber,
} from './value.ts'

/** One setting: its flag, its environment variable, its key in the file, its help and its line in the reference
 * are all derived from its entry in OPTIONS. */
export interface OptionSpec<T> {
  /** Stands for the value in help texts; null for a switch, which takes none. */
  placeholder: string | null
  parse: ParseValue<T>
  /** As one would type it; undefined where there is none. */
  fallback?: string
  /** What the default is where it cannot be typed. */
  fallbackText?: string
  help: string
  /** Which commands take it. */
  commands: readonly CommandName[] | 'all'
  /** Only on the command line: not a setting of a machine. */
  isFlagOnly?: boolean
}

const HUB = ['up', 'hub'] as const
const SIMULATED = ['simulate', 'demo'] as const
const DATA = [
  'up',
  'hub',
  'host',
  'user',
  'proxmox',
  'backup',
  'restore',
  'doctor',
  'sql',
  'simulate',
] as const
const AGENT = ['agent'] as const
const MACHINE = ['up', 'agent'] as const

export const OPTIONS = {
  data: option('DIR', text, DATA, 'where the hub keeps everything', { fallback: './data' }),
  listen: option('ADDR', listenAddress, [...HUB, 'doctor', 'demo'], 'address and port the hub listens on', {
    fallback: '0.0.0.0:8090',
  }),
  'tls-cert': option(
    'FILE',
    text,
    [...HUB, 'doctor'],
    'certificate (PEM) for serving HTTPS itself, with --tls-key',
  ),
  'tls-key': option('FILE', text, HUB, 'private key (PEM) for --tls-cert'),
  'public-url': option('URL', httpUrl, HUB, 'address of the hub shown in install commands', {
    fallbackText: 'from the request',
  }),
  downloads: option('DIR', text, HUB, 'builds of Lumen that agents are installed from', {
    fallbackText: 'dist beside the program',
  }),
  'trust-proxy': option('CIDR,…', networks, HUB, 'proxies whose forwarded headers count', {
    fallbackText: 'none',
  }),
  'metrics-allow': option('CIDR,…', networks, HUB, 'networks that may read /metrics', {
    fallbackText: 'none',
  }),
  'setup-code': option('CODE', text, HUB, 'code that makes the first admin', {
    fallbackText: 'random, printed at first start',
  }),
  'backup-passphrase-file': option(
    'FILE',
    text,
    HUB,
    'file whose first line encrypts the backups the hub makes by itself',
  ),
  'passphrase-file': option(
    'FILE',
    text,
    ['backup', 'restore'],
    'file whose first line encrypts the backup, or opens it',
  ),
  encrypt: option(null, onOff, ['backup'], 'ask for a passphrase and encrypt with it', { isFlagOnly: true }),
  force: option(null, onOff, ['backup', 'restore'], 'replace what is there', { isFlagOnly: true }),
  'verify-only': option(null, onOff, ['restore'], 'check the whole file and change nothing', {
    isFlagOnly: true,
  }),
  hub: option('URL', httpUrl, [...AGENT, 'simulate', 'doctor'], 'address of the hub'),
  token: option(
    'TOKEN',
    text,
    AGENT,
    'this host’s token; other users can see flags, so rather use --token-file',
  ),
  'token-file': option('FILE', text, AGENT, 'file that holds the token'),
  name: option('NAME', text, MACHINE, 'name shown for this machine; the token decides identity', {
    fallbackText: 'system host name',
  }),
  interval: option(
    'TIME',
    duration(1_000, 300_000),
    MACHINE,
    'time between readings until the hub’s policy is known',
    {
      fallback: '5s',
    },
  ),
  proc: option('DIR', text, [...MACHINE, 'doctor'], 'where the machine’s /proc is mounted', {
    fallback: '/proc',
  }),
  sys: option('DIR', text, [...MACHINE, 'doctor'], 'where the machine’s /sys is mounted', {
    fallback: '/sys',
  }),
  rootfs: option('DIR', text, MACHINE, 'where the machine’s / is mounted', { fallback: '/' }),
  docker: option(
    'auto|off|PATH|URL',
    parseDockerSetting,
    MACHINE,
    'container engine to ask for names: its socket, or tcp://HOST:PORT of a socket proxy',
    { fallback: 'auto' },
  ),
  ca: option('FILE', text, AGENT, 'certificates (PEM) to trust for the hub instead of the system’s'),
  pin: option(
    'SHA256,…',
    parsePins,
    AGENT,
    'the only certificates to take for the hub’s, by their SHA-256, instead of any authority’s',
  ),
  spool: option('DIR', text, AGENT, 'where frames are kept while the hub does not answer', {
    fallback: '/var/lib/lumen-agent',
  }),
  'spool-max': option(
    'SIZE',
    sizeOrNone(1024 ** 2),
    MACHINE,
    'most that the spool may take on disk, oldest dropped first; 0: keep frames in memory only',
    { fallback: '256MiB' },
  ),
  'auto-update': option(
    null,
    onOff,
    AGENT,
    'replace itself by newer builds that its hub offers; whoever controls the hub can run what they like here then',
    { fallback: 'off' },
  ),
  guests: collector('guests', 'LXC and QEMU guests of this machine'),
  processes: collector('processes', 'the busiest and largest processes, by name'),
  units: collector('units', 'failed units of systemd, from the system’s message bus'),
  gpu: collector('gpu', 'graphics cards'),
  smart: collector('smart', 'wear and health of disks'),
  sensors: collector('sensors', 'temperatures and fans'),
  once: option(null, onOff, AGENT, 'print one frame as JSON and exit', { isFlagOnly: true }),
  explain: option(null, onOff, AGENT, 'print all it reads, asks and sends with this configuration and exit', {
    isFlagOnly: true,
  }),
  json: option(null, onOff, AGENT, 'with --explain: as JSON', { isFlagOnly: true }),
  format: option(
    'FORMAT',
    oneOf('table', 'csv', 'json'),
    ['sql'],
    'how the answer is written: table, csv or json',
    { fallback: 'table', isFlagOnly: true },
  ),
  kind: option(
    'pve|pbs',
    oneOf('pve', 'pbs'),
    ['proxmox'],
    'a Proxmox VE cluster or node, or a backup server',
    {
      fallback: 'pve',
      isFlagOnly: true,
    },
  ),
  address: option(
    'ADDR,…',
    text,
    ['proxmox'],
    'names or IP addresses of a cluster’s nodes, with a port if need be',
    {
      isFlagOnly: true,
    },
  ),
  'token-id': option('USER@REALM!NAME', text, ['proxmox'], 'the token to ask with', { isFlagOnly: true }),
  'cluster-ca': option(
    'FILE',
    text,
    ['proxmox'],
    'certificate (PEM) of the cluster’s own authority: /etc/pve/pve-root-ca.pem',
    { isFlagOnly: true },
  ),
  fingerprint: option('SHA256,…', text, ['proxmox'], 'the only certificates to take for it', {
    isFlagOnly: true,
  }),
  'public-ca': option(null, onOff, ['proxmox'], 'take certificates that a public authority vouches for', {
    isFlagOnly: true,
  }),
  hosts: option('N', wholeNumber(1, 10_000), SIMULATED, 'how many hosts to simulate', {
    fallback: '8',
    isFlagOnly: true,
  }),
  days: option('N', wholeNumber(1, 365), ['demo'], 'how many days of history to make', {
    fallback: '7',
    isFlagOnly: true,
  }),
  'tokens-file': option(
    'FILE',
    text,
    ['simulate'],
    'tokens of the simulated hosts, one a line, instead of registering them in --data',
    {
      isFlagOnly: true,
    },
  ),
  every: option('TIME', duration(100, 300_000), ['simulate'], 'time between the frames of a simulated host', {
    fallback: '5s',
    isFlagOnly: true,
  }),
  config: option('FILE', text, 'all', 'file with settings', {
    fallbackText: '/etc/lumen/agent.json for the agent, else /etc/lumen/hub.json',
    isFlagOnly: true,
  }),
  'log-level': option(
    'LEVEL',
    oneOf('debug', 'info', 'warn', 'error'),
    'all',
    'least important line to log',
    {
      fallback: 'info',
    },
  ),
} as const satisfies Record<string, OptionSpec<unknown>>

export type OptionName = keyof typeof OPTIONS
export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[]

type ValueOf<K extends OptionName> = ReturnType<(typeof OPTIONS)[K]['parse']>
/** The settings of one run: undefined where neither given nor defaulted. */
export type Settings = {
  [K in OptionName]: (typeof OPTIONS)[K] extends { fallback: string } ? ValueOf<K> : ValueOf<K> | undefined
}

/** `--tls-cert` → LUMEN_TLS_CERT. */
export const environmentNameOf = (name: OptionName) => `LUMEN_${fileKeyOf(name).toUpperCase()}`
/** `--tls-cert` → tls_cert. */
export const fileKeyOf = (name: OptionName) => name.replaceAll('-', '_')

export function optionSpec(name: OptionName): OptionSpec<unknown> {
  return OPTIONS[name]
}

export function optionsOf(command: CommandName): OptionName[] {
  return OPTION_NAMES.filter((name) => {
    const { commands } = optionSpec(name)
    return commands === 'all' || commands.includes(command)
  })
}

/** A collector the machine's owner can switch off; the hub cannot switch it on then. */
function collector(name: CollectorSwitch, what: string) {
  return option('on|off', onOff, MACHINE, `${what}; off: the hub cannot switch --${name} on`, {
    fallback: 'on',
  })
}

function option<T, const More extends Partial<OptionSpec<T>>>(
  placeholder: string | null,
  parse: ParseValue<T>,
  commands: readonly CommandName[] | 'all',
  help: string,
  more: More = {} as More,
): OptionSpec<T> & More {
  return { placeholder, parse, commands, help, ...more }
}
