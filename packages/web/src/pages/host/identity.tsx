import type { HostSummary } from '@lumen/protocol/http/hosts'
import { createMemo, createSignal, createUniqueId, For, type JSX, lazy, Show, Suspense } from 'solid-js'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Tooltip } from '../../components/tooltip.tsx'
import { durationText } from '../../format/duration.ts'
import { dateTimeText, relativeText } from '../../format/time.ts'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { useNow } from '../../live/ticker.ts'
import { whatItIs } from '../fleet/what-it-is.ts'
import { UpdateHint } from './update-hint.tsx'

const TagsDialog = lazy(() => import('../settings/tags-dialog.tsx'))
const CollectionDialog = lazy(() => import('./collection-dialog.tsx'))

/** From this offset on a clock is called wrong. */
const CLOCK_LIMIT_MS = 5_000
const ADDRESSES_SHOWN = 2

/** Who this machine is and how it is doing, in one line that wraps. */
export function Identity(props: { host: HostSummary }): JSX.Element {
  const now = useNow()
  const factsId = createUniqueId()
  const [isOpen, setOpen] = createSignal(false)
  const [isCollectionOpen, setCollectionOpen] = createSignal(false)
  const [isTagsOpen, setTagsOpen] = createSignal(false)
  const tagsLabel = () => [t('tags.edit'), ...props.host.tags].join(', ')
  const facts = () => props.host.facts
  const uptimeS = () => {
    const bootAt = facts()?.boot_at
    if (props.host.state !== 'up') return undefined
    return bootAt === undefined ? (props.host.now?.uptime_s ?? undefined) : (now() - bootAt) / 1000
  }
  const processor = () => {
    const { cpu_model: model, cores } = facts() ?? {}
    const count = cores === undefined ? undefined : t('host.cores', cores)
    return [model, count].filter((word) => word !== undefined).join(' × ') || undefined
  }
  const memory = () => {
    const total = facts()?.mem_total_bytes ?? props.host.now?.mem_total_bytes
    return total === undefined || total === null ? undefined : formatText('bytes', total)
  }
  const items = createMemo(() =>
    [
      { title: t('host.os'), text: facts()?.os },
      { title: t('host.kernel'), text: [facts()?.kernel, facts()?.arch].filter(Boolean).join(' ') },
      { title: t('host.cpu'), text: processor() },
      { title: t('host.memory'), text: memory() },
      { title: t('host.addresses'), text: addresses(facts()?.ips ?? []) },
      { title: t('host.agent'), text: props.host.agent_version ?? undefined },
    ].filter((item): item is { title: string; text: string } => !!item.text),
  )
  /** What stands for the facts where there is room for one line only. */
  const summary = () => {
    const seconds = uptimeS()
    const upFor = seconds === undefined ? undefined : t('host.upFor', durationText(seconds))
    return [whatItIs(props.host), upFor].filter((word) => word !== undefined).join(' · ')
  }
  const faults = () => Object.entries(facts()?.collector_faults ?? {})
  return (
    <header class="identity">
      <div class="identity-head">
        <h1 tabIndex={-1}>{props.host.name}</h1>
        <StateBadge state={props.host.state} />
        <Show when={props.host.protocol === 'v1'}>
          <span class="mark-v1">
            {t('host.v1')}
            <Tooltip about={t('host.v1About')}>{t('host.v1Note')}</Tooltip>
          </span>
        </Show>
        <Show when={props.host.reason}>
          <span class="identity-reason">{props.host.reason}</span>
        </Show>
        <Show when={props.host.state !== 'up' && props.host.last_seen}>
          {(at) => (
            <span class="dim" title={dateTimeText(at())}>
              {t('host.lastSeen')} {relativeText(at(), now())}
            </span>
          )}
        </Show>
        <Button
          look="ghost"
          icon="tag"
          class="identity-tags"
          aria-label={tagsLabel()}
          onClick={() => setTagsOpen(true)}
        >
          {props.host.tags.length === 0 ? t('tags.edit') : props.host.tags.join(', ')}
        </Button>
        <Button look="ghost" class="identity-collection" onClick={() => setCollectionOpen(true)}>
          {t('hostCollection.open')}
        </Button>
      </div>
      <Show when={isTagsOpen()}>
        <Suspense>
          <TagsDialog host={props.host} onClose={() => setTagsOpen(false)} />
        </Suspense>
      </Show>
      <Show when={isCollectionOpen()}>
        <Suspense>
          <CollectionDialog host={props.host} onClose={() => setCollectionOpen(false)} />
        </Suspense>
      </Show>
      <Show when={facts()}>
        <button
          type="button"
          class="identity-more"
          aria-expanded={isOpen()}
          aria-controls={factsId}
          onClick={() => setOpen(!isOpen())}
        >
          <span class="truncate">{summary()}</span>
          <Icon name="chevronDown" />
        </button>
      </Show>
      <dl id={factsId} class="identity-facts" classList={{ open: isOpen() }}>
        <For each={items()}>
          {(item) => (
            <div>
              <dt>{item.title}</dt>
              <dd>{item.text}</dd>
            </div>
          )}
        </For>
        <Show when={uptimeS()}>
          {(seconds) => (
            <div>
              <dt>{t('host.uptime')}</dt>
              <dd>{durationText(seconds())}</dd>
            </div>
          )}
        </Show>
      </dl>
      <Show when={Math.abs(props.host.clock_offset_ms ?? 0) > CLOCK_LIMIT_MS}>
        <Banner kind="warn" icon="clock">
          {t(
            'host.clock',
            durationText(Math.abs(props.host.clock_offset_ms ?? 0) / 1000),
            (props.host.clock_offset_ms ?? 0) > 0 ? 'ahead' : 'behind',
          )}
        </Banner>
      </Show>
      <Show when={props.host.outdated}>
        <UpdateHint hostId={props.host.id} />
      </Show>
      <Show when={faults().length > 0}>
        <Banner kind="info">
          {t('host.faults')}:{' '}
          {faults()
            .map(([name, reason]) => `${name} (${reason})`)
            .join(', ')}
        </Banner>
      </Show>
    </header>
  )
}

function addresses(ips: readonly string[]): string {
  const shown = ips.slice(0, ADDRESSES_SHOWN).join(', ')
  const more = ips.length - ADDRESSES_SHOWN
  return more > 0 ? `${shown} ${t('host.moreAddresses', more)}` : shown
}
