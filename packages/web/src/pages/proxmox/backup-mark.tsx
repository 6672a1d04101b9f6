import type { GuestBackup } from '@lumen/protocol/http/proxmox/guest-backups'
import { type Accessor, type JSX, Show } from 'solid-js'
import { shortDurationText } from '../../format/duration.ts'
import { dateTimeText } from '../../format/time.ts'
import { type Level, Mark } from './mark.tsx'
import { tp } from './texts.ts'

const LEVELS: Readonly<Record<GuestBackup['state'], Level>> = {
  ok: 'fine',
  warnings: 'warning',
  failed: 'critical',
  unverified: 'critical',
  never: 'critical',
  unknown: 'pending',
}

/** How old the last good backup is, and what is wrong with it: a guest no job covers will not have a newer one. */
export function BackupMark(props: {
  backup: GuestBackup | null | undefined
  now: Accessor<number>
}): JSX.Element {
  const backup = () => props.backup ?? undefined
  return (
    <Show when={backup()} fallback={<span class="dim">–</span>}>
      {(known) => {
        const level = (): Level =>
          known().is_covered === false && LEVELS[known().state] === 'fine' ? 'warning' : LEVELS[known().state]
        const age = () => {
          const { last, state } = known()
          const text = last === null ? undefined : shortDurationText((props.now() - last.at) / 1000)
          if (text === undefined) return tp(`pve.backup.${state === 'ok' ? 'unknown' : state}`)
          return state === 'ok' || state === 'unknown'
            ? text
            : tp('pve.backup.and', text, tp(`pve.backup.${state}`))
        }
        const title = () => {
          const { last, jobs } = known()
          return [last && `${dateTimeText(last.at)}, ${last.where}`, jobs.join(', ')]
            .filter(Boolean)
            .join(' · ')
        }
        return (
          <span class="backup-mark">
            <Mark level={level()} title={title() || undefined}>
              {age()}
            </Mark>
            <Show when={known().is_covered === false}>
              <small>{tp('pve.notCovered')}</small>
            </Show>
          </span>
        )
      }}
    </Show>
  )
}
