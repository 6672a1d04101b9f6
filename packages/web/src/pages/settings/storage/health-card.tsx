import type { StorageAnswer } from '@lumen/protocol/http/storage'
import { For, type JSX, Show } from 'solid-js'
import { Banner } from '../../../components/banner.tsx'
import { Icon } from '../../../components/icon.tsx'
import { Num } from '../../../components/number.tsx'
import { relativeText } from '../../../format/time.ts'
import { ts } from '../../../i18n/ts.ts'
import { useNow } from '../../../live/ticker.ts'
import { Card } from './card.tsx'

/** Whether readings reach the disk, and what was ever found wrong there. */
export function HealthCard(props: { health: StorageAnswer['health'] }): JSX.Element {
  const now = useNow()
  const lastFlush = () => {
    const at = props.health.last_flush_at
    return at === null ? ts('health.never') : relativeText(at, now())
  }
  return (
    <Card id="health" title={ts('health.title')}>
      <Show
        when={props.health.fault}
        fallback={
          <p class="health-well">
            <Icon name="check" />
            {ts('health.well')}
          </p>
        }
      >
        {(fault) => (
          <Banner kind="fault">
            {ts('health.fault')} {fault()}
          </Banner>
        )}
      </Show>
      <Show when={props.health.compact_fault}>
        {(fault) => (
          <Banner kind="fault">
            {ts('health.compactFault')} {fault()}
          </Banner>
        )}
      </Show>
      <Show when={props.health.is_deleting_held}>
        <Banner kind="warn">{ts('health.deletingHeld')}</Banner>
      </Show>
      <dl class="facts">
        <div>
          <dt>{ts('health.lastFlush')}</dt>
          <dd>{lastFlush()}</dd>
        </div>
        <Count title={ts('health.pending')} value={props.health.pending_frames} />
        <Count
          title={ts('health.givenUp')}
          value={props.health.given_up_frames}
          hint={props.health.given_up_frames > 0 ? ts('health.givenUpHint') : undefined}
        />
        <Count title={ts('health.tooOld')} value={props.health.too_old_frames} />
      </dl>
      <h4>{ts('health.repairs')}</h4>
      <Show when={props.health.repairs.length > 0} fallback={<p class="dim">{ts('health.noRepairs')}</p>}>
        <ul class="sentences">
          <For each={props.health.repairs}>{(text) => <li>{text}</li>}</For>
        </ul>
      </Show>
      <Show when={props.health.quarantine.length > 0}>
        <h4 id="quarantine-heading">{ts('health.quarantine')}</h4>
        <dl class="quarantine" aria-labelledby="quarantine-heading">
          <For each={props.health.quarantine}>
            {({ file, reason }) => (
              <div>
                <dt class="mono">{file}</dt>
                <dd>{reason}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
    </Card>
  )
}

function Count(props: { title: string; value: number; hint?: string | undefined }): JSX.Element {
  return (
    <div>
      <dt>
        {props.title}
        <Show when={props.hint}>
          <span class="facts-hint">{props.hint}</span>
        </Show>
      </dt>
      <dd>
        <Num unit="count" value={props.value} />
      </dd>
    </div>
  )
}
