import type { Notice, Teller } from '../alerting/notice.ts'
import type { Statement } from '../control-db/statement.ts'

/** Notices on their way to people. Whom one goes to is decided by the statement itself, in the transaction that holds its
 * transition: a channel added, disabled or deleted at the same moment is either in it or not, and nothing else. */
export class Outbox implements Teller {
  onWake: () => void = () => {}
  readonly #failingChannels: () => readonly { id: number; name: string }[]

  constructor(failingChannels: () => readonly { id: number; name: string }[]) {
    this.#failingChannels = failingChannels
  }

  statementsFor(notices: readonly Notice[]): Statement[] {
    return notices.map((notice) => statementFor(notice, this.#troubled(notice.alert)))
  }

  wake(): void {
    this.onWake()
  }

  /** The channel whose own trouble this is. */
  #troubled({ host_id: hostId, key }: Notice['alert']): number | null {
    if (hostId !== null) return null
    return this.#failingChannels().find(({ name }) => name === key)?.id ?? null
  }
}

/** Where a kind of notice goes: to all it concerns now, or to those who heard that it began. */
const TELLS_THOSE_WHO_KNOW: ReadonlySet<Notice['kind']> = new Set(['resolved', 'lowered'])

/** A milder notice of an alert a channel knows of goes there however grave that channel wants its alerts: who heard that
 * it began hears that it is over.
 * @param except the channel that this is about, which is never told about its own trouble */
function statementFor({ kind, at, alert, channels, also }: Notice, except: number | null): Statement {
  const body = JSON.stringify({ kind, at, alert })
  const values = [alert.id, kind, at, body, except]
  const into =
    'INSERT INTO outbox (channel_id, alert_id, kind, at, body) SELECT c.id, ?1, ?2, ?3, ?4 FROM channels c'
  const isOn = "json_extract(c.spec, '$.is_enabled') AND c.id IS NOT ?5"
  if (TELLS_THOSE_WHO_KNOW.has(kind)) {
    const knows = 'EXISTS (SELECT 1 FROM outbox o WHERE o.alert_id = ?1 AND o.channel_id = c.id)'
    return { sql: `${into} WHERE ${isOn} AND ${knows}`, values }
  }
  const isGraveEnough = "(json_extract(c.spec, '$.least_level') = 'warning' OR ?6 = 'critical')"
  const isNamed = 'c.id IN (SELECT value FROM json_each(?7))'
  const isMeant = channels === null ? `(json_extract(c.spec, '$.is_default') OR ${isNamed})` : isNamed
  return {
    sql: `${into} WHERE ${isOn} AND ${isGraveEnough} AND ${isMeant}`,
    values: [...values, alert.level, JSON.stringify([...(channels ?? []), ...also])],
  }
}
