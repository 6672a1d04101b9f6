import { DAY, HOUR, MINUTE, SECOND, type TimeRange } from '@lumen/model/time'
import type { SelectableHost } from '@lumen/protocol/http/alerts/selects'
import {
  type AlertMatcher,
  type MaintenanceSpec,
  maintenanceSpecSchema,
  type SilenceSpec,
  silenceSpecSchema,
} from '@lumen/protocol/http/alerts/silence'
import type { Clock } from '@lumen/std/clock'
import { errorMessage } from '@lumen/std/error'
import { every } from '@lumen/std/every'
import type { Log } from '@lumen/std/log'
import type { ControlDb } from '../../control-db/control-db.ts'
import type { Quiet, QuietBook, QuietSubject } from '../quiet.ts'
import { windowAt } from '../wall-clock/maintenance-window.ts'
import { means } from './matcher.ts'
import { type Entry, SpecTable } from './spec-table.ts'

export interface QuietKeeperParts {
  db: ControlDb
  clock: Clock
  log: Log
  /** Undefined: there is no such host any more. */
  hostOf(id: number): SelectableHost | undefined
}

/** How long a silence that has ended is still shown. */
const SHOWN_AFTER_MS = 7 * DAY

/** The silences and maintenance windows of a hub, and what they keep quiet at a moment. */
export class QuietKeeper implements QuietBook, Disposable {
  readonly silences: SpecTable<SilenceSpec>
  readonly maintenance: SpecTable<MaintenanceSpec>
  readonly #parts: QuietKeeperParts
  /** Windows worked out a moment ago. A later one may overlap it, so none is kept for long. */
  readonly #windows = new Map<number, { from: number; before: number; window: TimeRange | null }>()
  #inForce = ''
  readonly #timers = new DisposableStack()
  onChange: () => void = () => {}

  constructor(parts: QuietKeeperParts) {
    this.#parts = parts
    this.silences = new SpecTable({ table: 'silences', schema: silenceSpecSchema, ...parts })
    this.maintenance = new SpecTable({ table: 'maintenance', schema: maintenanceSpecSchema, ...parts })
    const changed = () => {
      this.#windows.clear()
      this.#inForce = this.#namesInForce(parts.clock.now())
      this.onChange()
    }
    this.silences.onChange = changed
    this.maintenance.onChange = changed
  }

  /** Tells of what begins and ends by the clock from now on. */
  start(): void {
    this.#inForce = this.#namesInForce(this.#parts.clock.now())
    this.#timers.use(every(SECOND, () => this.sweep()))
    this.#timers.use(every(HOUR, () => void this.forgetOld()))
  }

  /** Of several the one that lasts longest. */
  of(subject: QuietSubject, at: number): Quiet | null {
    const host = subject.host_id === null ? undefined : this.#parts.hostOf(subject.host_id)
    let strongest: (Quiet & { until: number }) | null = null
    for (const quiet of this.#inForceAt(at)) {
      if (quiet.until <= (strongest?.until ?? at) || !means(quiet.matcher, subject, host)) continue
      const { matcher: _, ...answer } = quiet
      strongest = answer
    }
    return strongest
  }

  /** Whether one silence keeps this alert quiet at a moment, whatever else does. */
  isQuietedBy({ spec }: Entry<SilenceSpec>, subject: QuietSubject, at: number): boolean {
    const host = subject.host_id === null ? undefined : this.#parts.hostOf(subject.host_id)
    return spec.from <= at && at < spec.until && means(spec.matcher, subject, host)
  }

  /** The maintenance window under way or the next one; null: none any more, or it is turned off. */
  windowOf({ id, spec }: Entry<MaintenanceSpec>, at: number): TimeRange | null {
    if (!spec.is_enabled) return null
    const known = this.#windows.get(id)
    if (known !== undefined && known.from <= at && at < known.before) return known.window
    const window = windowAt(spec.time, at)
    const edges = window === null ? [] : [window.from, window.to].filter((edge) => edge > at)
    this.#windows.set(id, { from: at, before: Math.min(at + MINUTE, ...edges), window })
    return window
  }

  /** Ends a silence at this moment; one that has not begun is forgotten. */
  async end({ id, spec }: Entry<SilenceSpec>): Promise<void> {
    const now = this.#parts.clock.now()
    if (spec.until <= now) return
    if (spec.from >= now) await this.silences.remove(id)
    else await this.silences.replace(id, { ...spec, until: now })
  }

  /** Tells of what began or ended since it last looked. */
  sweep(): void {
    const inForce = this.#namesInForce(this.#parts.clock.now())
    if (inForce === this.#inForce) return
    this.#inForce = inForce
    this.onChange()
  }

  /** Forgets silences that ended a week ago. */
  async forgetOld(): Promise<void> {
    const before = this.#parts.clock.now() - SHOWN_AFTER_MS
    const old = [...this.silences.list()].filter(({ spec }) => spec.until <= before)
    if (old.length === 0) return
    try {
      await this.silences.remove(...old.map(({ id }) => id))
    } catch (fault) {
      this.#parts.log.warn('silences that are over stay a while longer', { fault: errorMessage(fault) })
    }
  }

  [Symbol.dispose](): void {
    this.#timers.dispose()
  }

  *#inForceAt(at: number): Generator<Quiet & { until: number; matcher: AlertMatcher }> {
    for (const { id, spec, created_by } of this.silences.list()) {
      if (at < spec.from || at >= spec.until) continue
      const text = spec.comment === '' ? `silenced by ${created_by}` : `${spec.comment} (${created_by})`
      yield { kind: 'silence', id, until: spec.until, text, matcher: spec.matcher }
    }
    for (const entry of this.maintenance.list()) {
      const window = this.windowOf(entry, at)
      if (window === null || at < window.from) continue
      const { name, matcher } = entry.spec
      yield { kind: 'maintenance', id: entry.id, until: window.to, text: name, matcher }
    }
  }

  #namesInForce(at: number): string {
    return Array.from(this.#inForceAt(at), ({ kind, id, until }) => `${kind} ${id} ${until}`).join()
  }
}
