import { DAY, HOUR, MINUTE } from '@lumen/model/time'

/** What happens to a host for a while, and what somebody must hear of it. */
export type FaultKind =
  | 'warm'
  | 'hot'
  | 'worse'
  | 'better'
  | 'blip'
  | 'full'
  | 'unhealthy'
  | 'down'
  | 'hiccup'
  | 'full in maintenance'
  | 'full after maintenance'

export interface Fault {
  kind: FaultKind
  /** Index of the host. */
  host: number
  /** Since the beginning of the week, ms; whole minutes. */
  from: number
  to: number
}

export const HOSTS = 50
export const WEEK_MS = 7 * DAY
/** By the engine's clock: Wednesday 02:00 to 04:00 UTC of a week that begins on a Monday, for hosts 40 to 49. */
export const MAINTENANCE = { weekday: 3, at: '02:00', durationMs: 2 * HOUR, names: 'h4?' }
const MAINTENANCE_FROM = 2 * DAY + 2 * HOUR

const LASTING: readonly FaultKind[] = ['warm', 'hot', 'worse', 'better', 'full', 'unhealthy', 'down']
const HARMLESS: readonly FaultKind[] = ['blip', 'hiccup']

/** Faults of a week: about four a host, hours apart; the last day is left for what must be sent again. */
export function faultScript(random: () => number): Fault[] {
  const faults: Fault[] = []
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  for (let host = 0; host < HOSTS; host++) {
    for (let at = 2 * HOUR + minutes(random, 600); at < WEEK_MS - DAY; ) {
      const kind = random() < 0.2 ? pick(HARMLESS) : pick(LASTING)
      const lasts =
        kind === 'blip' ? 3 * MINUTE : kind === 'hiccup' ? 4 * MINUTE : 90 * MINUTE + minutes(random, 60)
      const fault = { kind, host, from: at, to: at + lasts }
      if (!meetsMaintenance(fault)) faults.push(fault)
      at += lasts + 8 * HOUR + minutes(random, 48 * 60)
    }
  }
  const from = MAINTENANCE_FROM + 30 * MINUTE
  faults.push({ kind: 'full in maintenance', host: 45, from, to: from + HOUR })
  faults.push({ kind: 'full after maintenance', host: 46, from, to: from + 4 * HOUR })
  return faults
}

/** What must be told of a fault, in order: `event level rule`. Written from what the rules promise, not from the code. */
export const EXPECTED: Record<FaultKind, readonly string[]> = {
  warm: ['fired warning cpu', 'resolved warning cpu'],
  hot: ['fired critical cpu', 'resolved critical cpu'],
  worse: ['fired warning cpu', 'raised critical cpu', 'resolved critical cpu'],
  better: ['fired critical cpu', 'lowered warning cpu', 'resolved warning cpu'],
  blip: [],
  full: ['fired warning disk', 'resolved warning disk'],
  unhealthy: ['fired warning health', 'resolved warning health'],
  down: ['fired critical down', 'resolved critical down'],
  hiccup: [],
  'full in maintenance': [],
  'full after maintenance': ['fired warning disk', 'resolved warning disk'],
}

/** Percent of CPU a host reads at a moment of the week. */
export function cpuOf(fault: Fault | undefined, at: number): number {
  if (fault === undefined) return 20
  const isLate = at >= (fault.from + fault.to) / 2
  switch (fault.kind) {
    case 'warm':
      return 92
    case 'hot':
    case 'blip':
      return 99
    case 'worse':
      return isLate ? 99 : 92
    case 'better':
      return isLate ? 92 : 99
    default:
      return 20
  }
}

export function isFull(fault: Fault | undefined): boolean {
  return fault?.kind.startsWith('full') ?? false
}

export function isSilent(fault: Fault | undefined): boolean {
  return fault !== undefined && (fault.kind === 'down' || fault.kind === 'hiccup')
}

function meetsMaintenance({ host, from, to }: Fault): boolean {
  const around = { from: MAINTENANCE_FROM - 4 * HOUR, to: MAINTENANCE_FROM + 8 * HOUR }
  return host >= 40 && from < around.to && to > around.from
}

function minutes(random: () => number, most: number): number {
  return Math.floor(random() * most) * MINUTE
}
