import type { EntityName } from '@lumen/model/catalog'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { LiveFrame } from '@lumen/protocol/live/message'
import type { Accessor, JSX } from 'solid-js'
import type { TimeAxis } from '../../charts/time-axis.ts'
import type { PlainKey } from '../../i18n/t.ts'
import { t } from '../../i18n/t.ts'
import type { HistoryGroup } from './history.ts'

/** What every section draws from. */
export interface SectionProps {
  axis: TimeAxis
  group: HistoryGroup
  /** The newest readings, null before the first. */
  frame: Accessor<LiveFrame | null>
}

export const SECTIONS = [
  'cpu',
  'load',
  'memory',
  'pressure',
  'filesystems',
  'disks',
  'network',
  'sensors',
  'containers',
  'guests',
  'storages',
  'processes',
  'gpus',
  'pools',
  'health',
  'units',
  'events',
] as const
export type SectionName = (typeof SECTIONS)[number]

/** Sections of what few hosts have; they come with their rows. */
const ENTITY_OF: Partial<Record<SectionName, Exclude<EntityName, 'host'>>> = {
  containers: 'container',
  guests: 'guest',
  storages: 'storage',
  processes: 'process',
  gpus: 'gpu',
  pools: 'zpool',
  health: 'smart',
  units: 'unit',
}

/** What no reading of a kind of host ever has. */
const NEVER: Record<HostSummary['kind'], readonly SectionName[]> = {
  agent: [],
  'proxmox-node': ['disks', 'sensors'],
  'proxmox-cluster': ['load', 'pressure', 'filesystems', 'disks', 'network', 'sensors'],
}

/** Whether a host has a section, by its kind and newest readings. */
export function isThere(name: SectionName, kind: HostSummary['kind'], frame: LiveFrame | null): boolean {
  if (NEVER[kind].includes(name)) return false
  const entity = ENTITY_OF[name]
  return entity === undefined || Object.keys(frame?.[entity] ?? {}).length > 0
}

export const sectionTitle = (name: SectionName): string => t(`section.${name}` satisfies PlainKey)

/** A heading one can link to, with what belongs under it. */
export function Section(props: { name: SectionName; children: JSX.Element }): JSX.Element {
  return (
    <section class="host-section" id={props.name} aria-labelledby={`${props.name}-title`}>
      <h2 id={`${props.name}-title`}>{sectionTitle(props.name)}</h2>
      {props.children}
    </section>
  )
}

/** Why a section has nothing to draw. */
export function Absent(props: { text: string }): JSX.Element {
  return <p class="section-absent">{props.text}</p>
}
