import { seriesName } from '../../charts/merge-history.ts'
import type { LineSpec } from '../../charts/picture.ts'
import { SERIES_SLOTS } from '../../charts/theme.ts'

const natural = new Intl.Collator('en', { numeric: true })

/** Keys of an entity that have a metric, from the columns there are: `disk.util_pct|sda` gives `sda`. */
export function keysOf(names: readonly string[], metric: string): string[] {
  const prefix = seriesName(metric, '')
  const keys = names.filter((name) => name.startsWith(prefix) && !name.endsWith('^'))
  return sortKeys(keys.map((name) => name.slice(prefix.length)))
}

/** In the order people count in, `sda2` before `sda10`. */
export function sortKeys(keys: readonly string[]): string[] {
  return keys.toSorted(natural.compare)
}

/** What one metric adds to a chart: `label` beside the key, drawn down when mirrored. */
export interface Part {
  metric: string
  label: string
  isMirrored?: boolean
}

/** The lines of a chart over all keys of an entity. A key has one colour in all charts; a lone key has one for
 * each part, as nothing else has to be told apart. */
export function keyedLines(
  names: readonly string[],
  keys: readonly string[],
  parts: readonly Part[],
  labelOf: (key: string) => string = (key) => key,
): LineSpec[] {
  const present = new Set(names)
  return keys.flatMap((key, keyIndex) =>
    parts.flatMap(({ metric, label, isMirrored }, partIndex) => {
      const name = seriesName(metric, key)
      if (!present.has(name)) return []
      const slot = (keys.length === 1 ? partIndex : keyIndex) % SERIES_SLOTS
      const words = parts.length === 1 ? labelOf(key) : keys.length === 1 ? label : `${labelOf(key)} ${label}`
      return [{ name, label: words, slot, ...(isMirrored ? { isMirrored } : {}) }]
    }),
  )
}

/** Lines of the host itself, those that have data; a line's colour is its place in the list. */
export function hostLines(names: readonly string[], parts: readonly Part[]): LineSpec[] {
  const present = new Set(names)
  return parts.flatMap(({ metric, label }, slot) => {
    const name = seriesName(metric, '')
    return present.has(name) ? [{ name, label, slot }] : []
  })
}

/** Interfaces that exist only within the machine: bridges, containers' and guests' ends, loopback. */
export function isVirtualNic(name: string): boolean {
  return /^(lo|docker|br-|veth|virbr|vnet|tap|tun|fwbr|fwln|fwpr|cni|flannel|cali|podman|lxc|dummy|ifb|sit|ip6tnl)/.test(
    name,
  )
}
