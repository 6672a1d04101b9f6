import { durationText } from '@lumen/std/duration-text'
import type { News } from './news.ts'

/** What a channel is given: the same whatever becomes of attempts before, under the same key. */
export interface Message {
  /** Same for every attempt: providers and people can tell a repetition by it. */
  key: string
  /** Key of the message this one is about the end of, where there is one. */
  answersTo: string | null
  /** Epoch ms. */
  at: number
  /** The gravest of what it tells; `over` when it tells of ends alone. */
  level: 'critical' | 'warning' | 'over'
  title: string
  items: readonly MessageItem[]
  news: readonly News[]
  /** Where more is to be seen, or null without --public-url. */
  link: string | null
}

/** One alert's part. Plain text without line breaks. */
export interface MessageItem {
  headline: string
  details: readonly string[]
  link: string | null
}

const SYMBOLS = { critical: '🔴', warning: '🟡', over: '🟢' } as const
const MOST_TITLE = 250
const NAMES_IN_TITLE = 3
const NAMES_IN_DETAIL = 20
const CHANGES = 3

export function composeMessage(given: {
  key: string
  answersTo: string | null
  at: number
  news: readonly News[]
  publicUrl: string | undefined
}): Message {
  const { key, answersTo, at, news } = given
  const publicUrl = given.publicUrl?.replace(/\/+$/, '') || undefined
  const open = news.filter(({ kind }) => kind !== 'resolved')
  const level =
    open.length === 0 ? 'over' : open.some(({ alert }) => alert.level === 'critical') ? 'critical' : 'warning'
  const items = news.map(
    (each): MessageItem => ({
      headline: `${symbolOf(each)} ${wordOf(each)}: ${plain(each.alert.summary)}`,
      details: detailsOf(each),
      link: linkOf(each, publicUrl),
    }),
  )
  return {
    ...{ key, answersTo, at, level, items, news },
    title: titleOf(news),
    link: publicUrl === undefined ? null : items.length === 1 ? items[0]!.link : `${publicUrl}/alerts`,
  }
}

/** How grave what a title names is, by the mark it begins with; null for one that some other version made without. */
export function levelOfTitle(title: string): Message['level'] | null {
  const found = (['critical', 'warning', 'over'] as const).find((level) => title.startsWith(SYMBOLS[level]))
  return found ?? null
}

/** The whole of a message in a line of at most 250 characters. */
export function titleOf(news: readonly News[]): string {
  const title = wholeTitleOf(news)
  return title.length > MOST_TITLE ? `${cutText(title, MOST_TITLE - 1)}…` : title
}

/** One thing is named, what is the same on several hosts is named once; of different things the gravest is named and the
 * rest counted. */
function wholeTitleOf(news: readonly News[]): string {
  const [gravest] = news
  if (gravest === undefined) return 'Lumen'
  const symbol = symbolOf(gravest)
  const over = news.filter(({ kind }) => kind === 'resolved').length
  const rules = new Set(news.map(({ alert }) => alert.rule))
  const words = new Set(news.map(wordOf))
  if (news.length > 1 && rules.size === 1 && (words.size === 1 || over === 0)) {
    const names = [...new Set(news.map(({ alert }) => plain(alert.host)))]
    const word = words.size === 1 ? `${wordOf(gravest)}: ` : ''
    return `${symbol} ${word}${plain(gravest.alert.rule)} (${news.length}): ${listed(names, NAMES_IN_TITLE)}`
  }
  const isOver = over === news.length
  const others = (isOver ? over : news.length - over) - 1
  const more = others > 0 ? `, and ${others} more ${others === 1 ? 'alert' : 'alerts'}` : ''
  const ends = over > 0 && !isOver ? `; ${over} over` : ''
  return `${symbol} ${wordOf(gravest)}: ${aboutOf(gravest)}${more}${ends}`
}

/** `nas: Disk is nearly full (/srv)`. */
function aboutOf({ kind, alert }: News): string {
  const { rule, host, entity, key, took_down: tookDown } = alert
  // rules about the hub are called after it
  if (rule.startsWith(`${host}:`)) return plain(rule)
  const thing = key === '' || entity === 'hub' || rule.includes(key) ? '' : ` (${plain(key)})`
  const more = tookDown.length === 0 || kind === 'resolved' ? '' : `, and ${tookDown.length} more with it`
  return `${plain(host)}: ${plain(rule)}${thing}${more}`
}

function symbolOf({ kind, alert }: News): string {
  return SYMBOLS[kind === 'resolved' ? 'over' : alert.level]
}

function wordOf({ kind, alert, isBlip }: News): string {
  const level = alert.level === 'critical' ? 'Critical' : 'Warning'
  switch (kind) {
    case 'fired':
      return level
    case 'raised':
      return `Now ${level.toLowerCase()}`
    case 'lowered':
      return `Down to ${level.toLowerCase()}`
    case 'repeated':
      return `Still ${level.toLowerCase()}`
    case 'escalated':
      return `${level}, nobody has acknowledged it`
    case 'resolved':
      return isBlip ? 'Was firing, is over' : 'Over'
  }
}

function detailsOf({ kind, at, alert }: News): string[] {
  const since = alert.fired_at ?? alert.pending_at
  const details = [`Rule: ${plain(alert.rule)}`]
  if (kind === 'resolved') {
    details.push(`Fired at ${timeText(since)}, over after ${durationText((alert.resolved_at ?? at) - since)}`)
    return details
  }
  details.push(`Since ${timeText(since)}${at - since < 60_000 ? '' : ` (${durationText(at - since)})`}`)
  if (alert.took_down.length > 0) {
    const names = alert.took_down.map(({ host }) => plain(host))
    details.push(`With it (${names.length}): ${listed(names, NAMES_IN_DETAIL)}`)
  }
  for (const change of alert.changes.slice(-CHANGES)) {
    details.push(`Before: ${timeText(change.at)} ${plain(change.text)}`)
  }
  if (alert.ack !== null) details.push(`Acknowledged by ${plain(alert.ack.by)}`)
  return details
}

function linkOf({ alert }: News, publicUrl: string | undefined): string | null {
  if (publicUrl === undefined) return null
  return alert.host_id === null ? `${publicUrl}/alerts` : `${publicUrl}/hosts/${alert.host_id}`
}

/** `a, b, c and 17 more`. */
export function listed(names: readonly string[], most: number): string {
  const rest = names.length - most
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ')
}

/** `2026-11-25 02:12 UTC`: the hub does not know where its readers are. */
export function timeText(at: number): string {
  return Number.isFinite(at) ? `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'unknown'
}

const MOST_NAME = 300

/** Names come from machines: one line, nothing invisible that turns or hides what follows, not endless. */
export function plain(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim()
  return clean.length > MOST_NAME ? `${cutText(clean, MOST_NAME - 1)}…` : clean
}

/** At most so many UTF-16 units, never half a character. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = text.slice(0, Math.max(0, most))
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}
