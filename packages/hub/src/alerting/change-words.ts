import { durationText } from '@lumen/std/duration-text'
import type { StoredEvent } from '@lumen/tsdb/api'

/** What an event of a host says about what changed there, in a few words; null for one that says nothing to people. */
export function changeWords({ type, detail }: StoredEvent): string | null {
  const word = (name: string) => {
    const value = detail[name]
    return value === null || value === undefined ? 'none' : String(value)
  }
  switch (type) {
    case 'start':
      return 'agent started'
    case 'stop':
      return 'agent stopped'
    case 'boot':
      return 'machine started'
    case 'resume':
      return typeof detail.asleep_ms === 'number'
        ? `machine woke up after ${durationText(detail.asleep_ms)}`
        : 'machine woke up'
    case 'outage':
      return 'agent could not reach the hub'
    case 'drop':
      return 'agent dropped readings'
    case 'rivals':
      return 'two agents used the host’s token'
    case 'collector':
      return `collector ${word('collector')}: ${word('state')}`
    case 'update':
      return `agent update ${word('state')}: ${word('from')} → ${word('to')}`
    case 'unit':
      return detail.unit === undefined ? null : `unit ${word('unit')} ${word('state')}`
    case 'container':
      if (detail.container === undefined) return null
      return detail.change === 'started_at'
        ? `container ${word('container')} was started again`
        : `container ${word('container')}: ${word('change')} ${word('from')} → ${word('to')}`
    case 'node':
      return detail.change === 'state' ? `node ${word('from')} → ${word('to')}` : null
    case 'guest':
      return guestWords(`guest ${word('name') === 'none' ? word('vmid') : word('name')}`, detail.change, word)
    default:
      return null
  }
}

/** What a cluster says became of a guest. */
function guestWords(guest: string, change: unknown, word: (name: string) => string): string | null {
  switch (change) {
    case 'node':
      return `${guest} moved: ${word('from')} → ${word('to')}`
    case 'state':
      return `${guest}: ${word('from')} → ${word('to')}`
    case 'config':
      return `${guest}: configuration changed (${word('to')})`
    case 'snapshot':
    case 'snapshot removed':
    case 'rollback':
    case 'restart':
      return `${guest}: ${change}${word('to') === 'done' ? '' : ` ${word('to')}`}`
    default:
      return null
  }
}
