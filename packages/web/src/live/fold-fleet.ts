import type { FleetSnapshot, FleetUpdate } from '@lumen/protocol/live/message'

/** Adds a message to those not drawn yet. At most a snapshot and one update stay, however long it takes. */
export function foldFleet(
  kept: readonly (FleetSnapshot | FleetUpdate)[],
  next: FleetSnapshot | FleetUpdate,
): (FleetSnapshot | FleetUpdate)[] {
  if (next.type === 'snapshot') return [next]
  const last = kept[kept.length - 1]
  if (last === undefined || last.type === 'snapshot') return [...kept, next]
  const removed = new Set([...last.removed, ...next.removed])
  const hosts = new Map(last.hosts.filter((host) => !removed.has(host.id)).map((host) => [host.id, host]))
  for (const host of next.hosts) {
    hosts.set(host.id, host)
    removed.delete(host.id)
  }
  return [...kept.slice(0, -1), { ...next, hosts: [...hosts.values()], removed: [...removed] }]
}
