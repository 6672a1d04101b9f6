import type { HostSummary } from '@lumen/protocol/http/hosts'
import type { LiveFrame } from '@lumen/protocol/live/message'
import { type JSX, Show } from 'solid-js'
import { levelOf } from '../../components/bar.tsx'
import { Num } from '../../components/number.tsx'
import { relativeText } from '../../format/time.ts'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { useNow } from '../../live/ticker.ts'

/** The numbers one asks for first, as they are now. */
export function Tiles(props: { host: HostSummary; frame: LiveFrame | null }): JSX.Element {
  const now = () => ({ ...props.host.now, ...known(props.frame?.host ?? {}) })
  const loads = () => props.frame?.host
  return (
    <ul class="tiles" classList={{ old: props.host.state !== 'up' }}>
      <Tile title={t('tile.cpu')} percent={now().cpu_pct} detail={coresText(props.host.facts?.cores)} />
      <Tile
        title={t('tile.memory')}
        percent={now().mem_pct}
        detail={usedOf(now().mem_used_bytes, now().mem_total_bytes)}
      />
      <Show when={known(now()).swap_pct !== undefined}>
        <Tile
          title={t('tile.swap')}
          percent={now().swap_pct}
          detail={usedOf(loads()?.swap_used_bytes, loads()?.swap_total_bytes)}
        />
      </Show>
      <Tile title={t('tile.disk')} percent={now().disk_pct} detail={fullest(props.frame)} />
      <li class="tile">
        <span class="tile-title">{t('tile.network')}</span>
        <span class="tile-pair">
          <span>
            <Num unit="bytes_per_second" value={now().net_rx_bytes_per_s} />
            <small>{t('tile.received')}</small>
          </span>
          <span>
            <Num unit="bytes_per_second" value={now().net_tx_bytes_per_s} />
            <small>{t('tile.sent')}</small>
          </span>
        </span>
      </li>
      <li class="tile">
        <span class="tile-title">{t('tile.load')}</span>
        <span class="tile-value">
          <Num unit="load" value={now().load1} />
        </span>
        <Show when={typeof loads()?.load5 === 'number'}>
          <span class="tile-detail num">
            {t('tile.loadOf', formatText('load', loads()?.load5), formatText('load', loads()?.load15))}
          </span>
        </Show>
      </li>
      <Show when={known(now()).temp_celsius !== undefined}>
        <li class="tile">
          <span class="tile-title">{t('tile.temperature')}</span>
          <span class="tile-value">
            <Num unit="celsius" value={now().temp_celsius} />
          </span>
        </li>
      </Show>
    </ul>
  )
}

/** Since when the numbers above are what they are. */
export function NumbersAge(props: { host: HostSummary; frame: LiveFrame | null }): JSX.Element {
  const now = useNow()
  const at = () => props.frame?.ts ?? props.host.now?.ts
  return (
    <Show when={props.host.state !== 'up' && at()}>
      {(since) => <p class="tiles-age">{t('host.oldNumbers', relativeText(since(), now()))}</p>}
    </Show>
  )
}

function Tile(props: {
  title: string
  percent: number | null | undefined
  detail?: string | undefined
}): JSX.Element {
  return (
    <li class="tile">
      <span class="tile-title">{props.title}</span>
      <span class="tile-value">
        <Num unit="percent" value={props.percent} />
      </span>
      <span class={`tile-meter ${levelOf(props.percent)}`} aria-hidden="true">
        <span style={{ transform: `scaleX(${Math.min(100, Math.max(0, props.percent ?? 0)) / 100})` }} />
      </span>
      <Show when={props.detail}>
        <span class="tile-detail num truncate" title={props.detail}>
          {props.detail}
        </span>
      </Show>
    </li>
  )
}

const coresText = (cores: number | undefined) => (cores === undefined ? undefined : t('host.cores', cores))

function usedOf(used: number | null | undefined, total: number | null | undefined): string | undefined {
  if (typeof used !== 'number' || typeof total !== 'number') return undefined
  return t('tile.memoryOf', formatText('bytes', used), formatText('bytes', total))
}

/** Where the filesystem that is used most is mounted. */
function fullest(frame: LiveFrame | null): string | undefined {
  const mounts = Object.entries(frame?.filesystem ?? {})
  const share = ([, row]: (typeof mounts)[number]) => row.used_pct ?? -1
  return mounts.length === 0 ? undefined : mounts.reduce((a, b) => (share(b) > share(a) ? b : a))[0]
}

/** Without what is unknown, so that it does not hide what is known elsewhere. */
function known<T extends object>(values: T): Partial<Record<keyof T, number>> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => typeof value === 'number'),
  ) as Partial<Record<keyof T, number>>
}
