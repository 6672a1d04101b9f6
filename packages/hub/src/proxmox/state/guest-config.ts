import { toNumber } from '../client/lenient.ts'

/** What a guest's configuration tells beside its numbers. */
export interface GuestConfig {
  isOnBoot: boolean
  /** Lower case, colons. */
  macs: string[]
  /** SMBIOS, lower case; null: a container has none. */
  uuid: string | null
  /** Fixed addresses that are written there. */
  ips: string[]
  /** The guest agent is switched on, which is not to say that it answers. */
  hasAgent: boolean
  /** Lines a person set, by name: what changes between two readings was changed. */
  lines: ReadonlyMap<string, string>
}

/** Change by themselves, or say nothing about the machine. */
const NOT_SET = new Set([
  'digest',
  'lock',
  'parent',
  'snaptime',
  'vmstate',
  'runningmachine',
  'runningcpu',
  'meta',
])
const MOST_LINE = 200

/** Reads `/nodes/{n}/{qemu,lxc}/{id}/config`: `net0: virtio=BC:24:11:…,bridge=vmbr0`, `smbios1: uuid=…`. */
export function readGuestConfig(config: Readonly<Record<string, unknown>>): GuestConfig {
  const lines = new Map<string, string>()
  for (const [name, value] of Object.entries(config)) {
    if (NOT_SET.has(name) || (typeof value !== 'string' && typeof value !== 'number')) continue
    lines.set(name, String(value).slice(0, MOST_LINE))
  }
  const nets = [...lines].filter(([name]) => /^net\d+$/.test(name)).map(([, line]) => line)
  return {
    isOnBoot: toNumber(config.onboot) === 1 || config.onboot === true,
    macs: nets.flatMap((line) => line.match(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi) ?? []).map(lower),
    uuid: lower(/\buuid=([0-9a-f-]{36})\b/i.exec(lines.get('smbios1') ?? '')?.[1] ?? '') || null,
    ips: nets.flatMap((line) => /\bip6?=([0-9a-f.:]+)\/\d+/i.exec(line)?.[1] ?? []),
    hasAgent: /^(?:1|enabled=1)(?:,|$)/.test(lines.get('agent') ?? ''),
    lines,
  }
}

/** Names of lines that were set, changed or taken away. */
export function changedLines(before: GuestConfig, now: GuestConfig): string[] {
  const names = new Set([...before.lines.keys(), ...now.lines.keys()])
  return [...names].filter((name) => before.lines.get(name) !== now.lines.get(name)).sort()
}

const lower = (text: string) => text.toLowerCase()
