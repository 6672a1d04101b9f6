import { parseDockerSetting } from '@lumen/agent/engine/address'
import { parseProgramSetting } from '@lumen/agent/programs/setting'
import { parsePins } from '@lumen/agent/push/pin'
import type { CollectorSwitch } from '@lumen/protocol/agent/collector-switches'
import { type OptionSpec, option } from './option.ts'
import { duration, httpUrl, oneOf, onOff, sizeOrNone, text } from './value.ts'

const AGENT = ['agent'] as const
const MACHINE = ['up', 'agent'] as const

/** Settings an agent takes, alone or among others. */
export const AGENT_OPTIONS = {
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
  health: option('FILE', text, AGENT, 'file that tells when the hub last answered; without it none is kept'),
  guests: collector('guests', 'LXC and QEMU guests of this machine'),
  processes: collector('processes', 'the busiest and largest processes, by name'),
  units: collector('units', 'failed units of systemd, from the system’s message bus'),
  gpu: withProgram('gpu', 'nvidia-smi', 'graphics cards; nvidia-smi: NVIDIA’s too, by running it'),
  smart: withProgram(
    'smart',
    'smartctl',
    'wear and health of disks; smartctl: all of it, by running it every hour',
  ),
  sensors: collector('sensors', 'temperatures and fans'),
  once: option(null, onOff, AGENT, 'print one frame as JSON and exit', { isFlagOnly: true }),
  healthy: option(
    null,
    onOff,
    AGENT,
    'ask the file of --health whether the hub answers the running agent: exit 0 or 1',
    {
      isFlagOnly: true,
    },
  ),
  explain: option(null, onOff, AGENT, 'print all it reads, asks and sends with this configuration and exit', {
    isFlagOnly: true,
  }),
  json: option(null, onOff, AGENT, 'with --explain: as JSON', { isFlagOnly: true }),
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

/** A collector the machine's owner can switch off; the hub cannot switch it on then. */
function collector(name: CollectorSwitch, what: string) {
  return option('on|off', onOff, MACHINE, `${what}; off: the hub cannot switch --${name} on`, {
    fallback: 'on',
  })
}

/** As `collector`, and more where the machine's owner lets the agent run a program. */
function withProgram(name: CollectorSwitch, program: string, what: string) {
  return option(
    `on|off|${program}|PATH`,
    parseProgramSetting(program),
    MACHINE,
    `${what}; off: the hub cannot switch --${name} on`,
    {
      fallback: 'on',
    },
  )
}
