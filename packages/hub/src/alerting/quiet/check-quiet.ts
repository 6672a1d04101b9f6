import { isEntityName } from '@lumen/model/metric'
import { DAY } from '@lumen/model/time'
import type { AlertMatcher, MaintenanceSpec, SilenceSpec } from '@lumen/protocol/http/alerts/silence'
import type { FieldFault } from '../../field-fault.ts'
import { Refusal } from '../../refusal.ts'

/** What exists now. */
export interface KnownThings {
  isHost(id: number): boolean
  isRule(id: number): boolean
}

const LONGEST_MS = 366 * DAY

/** @throws {Refusal} 400 `silence_invalid`, each fault by its path */
export function checkSilence(spec: SilenceSpec, known: KnownThings, now: number): void {
  refuse('silence', [...matcherFaults(spec.matcher, known), ...timeFaults(spec, now, '')])
}

/** @param before what it replaces: a window left as it was may be over
 * @throws {Refusal} 400 `maintenance_invalid`, each fault by its path */
export function checkMaintenance(
  spec: MaintenanceSpec,
  known: KnownThings,
  now: number,
  before?: MaintenanceSpec,
): void {
  const { time, matcher } = spec
  const isKept = before !== undefined && Bun.deepEquals(before.time, time)
  const faults = time.kind === 'once' && !isKept ? timeFaults(time, now, 'time.') : []
  refuse('maintenance', [...matcherFaults(matcher, known), ...faults])
}

function refuse(what: 'silence' | 'maintenance', faults: readonly FieldFault[]): void {
  const [first] = faults
  if (first === undefined) return
  throw new Refusal(400, `${what}_invalid`, `Cannot keep alerts quiet: ${first.path} ${first.message}`, {
    errors: faults,
  })
}

function timeFaults(time: { from: number; until: number }, now: number, under: string): FieldFault[] {
  const path = `${under}until`
  if (time.until <= time.from) return [{ path, message: 'must be after the start' }]
  if (time.until <= now) return [{ path, message: 'is in the past' }]
  if (time.until - time.from > LONGEST_MS) return [{ path, message: 'is more than a year after the start' }]
  return []
}

function matcherFaults(
  { hosts = [], rule_ids = [], entity }: AlertMatcher,
  known: KnownThings,
): FieldFault[] {
  const faults: FieldFault[] = []
  hosts.forEach((selector, index) => {
    if (selector.by === 'host' && !known.isHost(selector.id)) {
      faults.push({ path: `matcher.hosts[${index}].id`, message: 'is no host' })
    }
  })
  rule_ids.forEach((id, index) => {
    if (!known.isRule(id)) faults.push({ path: `matcher.rule_ids[${index}]`, message: 'is no rule' })
  })
  if (entity !== undefined && entity !== 'hub' && !isEntityName(entity)) {
    faults.push({ path: 'matcher.entity', message: 'is nothing alerts are about' })
  }
  return faults
}
