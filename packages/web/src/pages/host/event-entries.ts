import type { AgentEvent } from '@lumen/protocol/agent/events'
import { durationText } from '../../format/duration.ts'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'

/** gap: no data · trouble: something is or was wrong · change: a container, image or the like changed ·
 * life: agent or machine came or went. */
export type EntryKind = 'gap' | 'trouble' | 'change' | 'life'

/** Something that happened to a host, in words. */
export interface Entry {
  at: number
  /** Where it lasted: when it ended. */
  to: number | null
  kind: EntryKind
  title: string
  note: string | null
}

interface Gap {
  from: number
  to: number
  cause: string
}

/** What happened, newest first. */
export function entriesOf(events: readonly AgentEvent[], gaps: readonly Gap[]): Entry[] {
  const entries = [...events.flatMap(entryOf), ...gaps.map(gapEntry)]
  return entries.sort((a, b) => b.at - a.at)
}

/** What happened as one line: `Container web: running → exited`. */
export const entryText = ({ title, note }: Entry): string => (note === null ? title : `${title}: ${note}`)

function gapEntry({ from, to, cause }: Gap): Entry {
  const note = t('event.gapNote', durationText((to - from) / 1000), cause)
  return { at: from, to, kind: 'gap', title: t('event.gap'), note }
}

function entryOf({ at, type, detail }: AgentEvent): Entry[] {
  const entry = (kind: EntryKind, title: string, note: string | null = null, to: number | null = null) => [
    { at, to, kind, title, note },
  ]
  switch (type) {
    case 'start':
      return entry('life', t('event.start'))
    case 'stop':
      return entry('life', t('event.stop'))
    case 'boot':
      return entry('life', t('event.boot'))
    case 'resume': {
      const ms = detail.asleep_ms
      return entry(
        'life',
        t('event.resume'),
        typeof ms === 'number' ? t('event.asleep', durationText(ms / 1000)) : null,
      )
    }
    case 'drop':
      return entry(
        'trouble',
        t('event.drop'),
        t(
          'event.dropNote',
          t('event.readings', formatText('count', numberOf(detail.frames))),
          wordOf(detail.cause),
        ),
      )
    case 'outage': {
      const from = numberOf(detail.from)
      const to = numberOf(detail.to)
      const reason = wordOrNull(detail.reason)
      if (from === null || to === null) return entry('trouble', t('event.outage'), reason)
      const span = durationText((to - from) / 1000)
      const note = reason === null ? span : t('event.gapNote', span, reason)
      return [{ at: from, to, kind: 'trouble', title: t('event.outage'), note }]
    }
    case 'spool':
      return entry(
        detail.state === 'ok' ? 'life' : 'trouble',
        spoolTitle(detail.state),
        wordOrNull(detail.reason),
      )
    case 'update':
      return updateEntry(at, detail)
    case 'rivals':
      return entry('trouble', t('event.rivals'))
    case 'collector': {
      const isBroken = typeof detail.fault === 'string' || typeof detail.reason === 'string'
      const title = t(isBroken ? 'event.collectorBroken' : 'event.collectorWorks', wordOf(detail.collector))
      return entry(isBroken ? 'trouble' : 'life', title, wordOrNull(detail.fault ?? detail.reason))
    }
    case 'container':
      return containerEntry(at, detail)
    case 'node':
      return entry(
        detail.to === 'offline' ? 'trouble' : 'life',
        t('event.node'),
        t('event.state', wordOf(detail.from), wordOf(detail.to)),
      )
    case 'guest':
      return guestEntry(at, detail)
    case 'import': {
      const [from, to, step] = [numberOf(detail.from), numberOf(detail.to), numberOf(detail.step_ms)]
      if (from === null || to === null || step === null) return entry('life', t('event.import'))
      const note = t('event.importNote', durationText((to - from) / 1000), durationText(step / 1000))
      return entry('life', t('event.import'), note)
    }
    case 'unit': {
      if (detail.change === 'more')
        return entry('change', t('event.moreUnits', formatText('count', numberOf(detail.count))))
      const isFailed = detail.state === 'failed'
      return entry(
        isFailed ? 'trouble' : 'change',
        t('event.unit', wordOf(detail.unit)),
        t(isFailed ? 'event.unitFailed' : 'event.unitRecovered'),
      )
    }
    default:
      return entry('change', type, wordsOf(detail))
  }
}

const spoolTitle = (state: unknown): string =>
  state === 'damaged'
    ? t('event.spool.damaged')
    : state === 'ok'
      ? t('event.spool.ok')
      : t('event.spool.failed')

function updateEntry(at: number, detail: AgentEvent['detail']): Entry[] {
  const [from, to] = [wordOf(detail.from), wordOf(detail.to)]
  const entry = (kind: Entry['kind'], title: string): Entry[] => [
    { at, to: null, kind, title, note: wordOrNull(detail.reason) },
  ]
  switch (detail.state) {
    case 'started':
      return entry('life', t('event.update.started', to))
    case 'done':
      return entry('life', t('event.update.done', from, to))
    case 'rolled-back':
      return entry('trouble', t('event.update.rolledBack', to, from))
    default:
      return entry('trouble', t('event.update.failed', to))
  }
}

/** A guest of a cluster: it moved, or began or ceased to run. */
function guestEntry(at: number, detail: AgentEvent['detail']): Entry[] {
  const { vmid, name, change } = detail
  const [from, to] = [wordOf(detail.from), wordOf(detail.to)]
  const called = typeof name === 'string' ? `${name} (${wordOf(vmid)})` : wordOf(vmid)
  const note = change === 'node' ? t('event.moved', from, to) : t('event.state', from, to)
  const kind = to === 'unknown' && change === 'state' ? 'trouble' : 'change'
  return [{ at, to: null, kind, title: t('event.guest', called), note }]
}

const BAD = new Set(['dead', 'restarting', 'unhealthy'])

function containerEntry(at: number, detail: AgentEvent['detail']): Entry[] {
  const { change, from, to } = detail
  if (change === 'more') {
    const title = t('event.more', formatText('count', numberOf(detail.count)))
    return [{ at, to: null, kind: 'change', title, note: null }]
  }
  const isBad = (change === 'restarts' || BAD.has(String(to))) && to !== 'removed'
  return [
    {
      at,
      to: null,
      kind: isBad ? 'trouble' : 'change',
      title: t('event.container', wordOf(detail.container)),
      note: changeText(change, from, to),
    },
  ]
}

function changeText(change: unknown, from: unknown, to: unknown): string {
  switch (change) {
    case 'state':
      if (to === 'removed') return t('event.removed')
      return from === null || from === undefined
        ? t('event.added', wordOf(to))
        : t('event.state', wordOf(from), wordOf(to))
    case 'health':
      return t('event.health', wordOf(from), wordOf(to))
    case 'image':
      return t('event.image', wordOf(from), wordOf(to))
    case 'name':
      return t('event.renamed', wordOf(from))
    case 'restarts':
      return t('event.restarts', formatText('count', numberOf(to)))
    case 'started_at':
      return t('event.startedAt')
    default:
      return `${wordOf(change)} ${t('event.state', wordOf(from), wordOf(to))}`
  }
}

/** A newer agent's event as it is: `container nginx, state up`. */
function wordsOf(detail: AgentEvent['detail']): string | null {
  const words = Object.entries(detail).map(([name, value]) => `${name} ${value}`)
  return words.length === 0 ? null : words.join(', ')
}

const wordOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const wordOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : t('event.unknown')
