import type { ClusterDetail, ClusterGuest } from '@lumen/protocol/http/proxmox/cluster'
import type { BackupJob } from '@lumen/protocol/http/proxmox/guest-backups'
import { type Accessor, createMemo, type JSX, Match, Show, Switch } from 'solid-js'
import { Banner } from '../../components/banner.tsx'
import { useNow } from '../../live/ticker.ts'
import { nameColumn, numberColumn, wordColumn } from '../host/columns.tsx'
import { type Column, SortTable } from '../host/sort-table.tsx'
import { Ahead } from './ages.tsx'
import { BackupMark } from './backup-mark.tsx'
import { guestName } from './guest-columns.tsx'
import { Mark } from './mark.tsx'
import { Absent, Part } from './part-note.tsx'
import { TaskTable } from './task-table.tsx'
import { tp } from './texts.ts'

const MOST_NAMED = 8

/** Whether each guest could be brought back: its last good backup, who makes the next, and what failed. */
export function BackupsView(props: {
  cluster: NonNullable<ClusterDetail['cluster']>
  parts: ClusterDetail['parts']
}): JSX.Element {
  const now = useNow()
  const guests = createMemo(
    () =>
      new Map(
        props.cluster.guests
          .filter(({ is_template }) => !is_template)
          .map((guest) => [String(guest.vmid), guest]),
      ),
  )
  const jobs = createMemo(() => new Map(props.cluster.backup_jobs.map((job) => [job.id, job])))
  const runs = () => props.cluster.tasks.filter(({ type }) => type === 'vzdump')
  /** Templates never change: nobody backs them up each night. */
  const uncovered = () => {
    const { not_covered: vmids } = props.cluster
    return vmids?.flatMap((vmid) => guests().get(String(vmid)) ?? [])
  }
  const names = () => {
    const all = (uncovered() ?? []).map((guest) => `${guestName(guest)} (${guest.vmid})`)
    const more = all.length - MOST_NAMED
    return more > 0 ? tp('pve.andMore', all.slice(0, MOST_NAMED).join(', '), more) : all.join(', ')
  }
  return (
    <>
      <Part title={tp('pve.backupsOf')} parts={props.parts} names={['backups', 'coverage']}>
        <Switch>
          <Match when={uncovered() === undefined}>
            <p class="dim pve-hint">{tp('pve.coverageUnknown')}</p>
          </Match>
          <Match when={uncovered()?.length === 0}>
            <p class="pve-hint">
              <Mark level="fine">{tp('pve.allCovered')}</Mark>
            </p>
          </Match>
          <Match when={uncovered()?.length}>
            {(count) => (
              <Banner kind="warn">
                <strong>{tp('pve.uncovered', count())}</strong>: {names()}
              </Banner>
            )}
          </Match>
        </Switch>
        <div class="panel">
          <SortTable
            caption={tp('pve.backupsOf')}
            rows={guests()}
            columns={guestColumns(now)}
            initial={{ column: 1, isDescending: true }}
            most={60}
          />
        </div>
      </Part>
      <Part title={tp('pve.backupJobs')} parts={props.parts} names={['coverage']}>
        <Show when={jobs().size > 0} fallback={<Absent text={tp('pve.noJobs')} />}>
          <div class="panel">
            <SortTable caption={tp('pve.backupJobs')} rows={jobs()} columns={jobColumns(now)} />
          </div>
        </Show>
      </Part>
      <Show when={runs().length > 0}>
        <Part title={tp('pve.failedRuns')} parts={props.parts} names={['tasks']}>
          <TaskTable
            caption={tp('pve.failedRuns')}
            tasks={runs()}
            nameOf={(vmid) => guests().get(String(vmid))?.name}
          />
        </Part>
      </Show>
    </>
  )
}

const guestColumns = (now: Accessor<number>): readonly Column<ClusterGuest>[] => [
  nameColumn(
    tp('pve.guest'),
    (row, key) => (row === undefined ? key : guestName(row)),
    (row) => `${tp(`pve.kind.${row.kind}`)} ${row.vmid}`,
  ),
  {
    title: tp('pve.lastGood'),
    sort: (row) => (row.backup === null ? null : (row.backup.age_s ?? Number.MAX_SAFE_INTEGER)),
    cell: (row) => <BackupMark backup={row()?.backup} now={now} />,
  },
  {
    title: tp('pve.verify'),
    sort: (row) => row.backup?.last?.verified ?? null,
    cell: (row) => (
      <Show when={row()?.backup?.last} fallback={<span class="dim">–</span>}>
        {(last) => (
          <Show when={last().verified} fallback={<span class="dim">{tp('pve.verified.none')}</span>}>
            {(verified) => (
              <Mark level={verified() === 'ok' ? 'fine' : 'critical'}>
                {tp(`pve.verified.${verified()}`)}
              </Mark>
            )}
          </Show>
        )}
      </Show>
    ),
  },
  wordColumn(tp('pve.where'), (row) => row.backup?.last?.where, { isMinor: true }),
  numberColumn(tp('pve.size'), 'bytes', (row) => row.backup?.last?.size_bytes, { isMinor: true }),
  numberColumn(tp('pve.kept'), 'count', (row) => row.backup?.count, { isMinor: true }),
  wordColumn(tp('pve.job'), (row) => row.backup?.jobs.join(', ') || null, { isMinor: true }),
  {
    title: tp('pve.lastRun'),
    isMinor: true,
    sort: (row) => row.backup?.last_run?.at ?? null,
    cell: (row) => (
      <Show when={row()?.backup?.last_run} fallback={<span class="dim">–</span>}>
        {(run) => (
          <Mark level={RUN_LEVELS[run().state]} title={run().message ?? undefined}>
            {tp(`pve.run.${run().state}`)}
          </Mark>
        )}
      </Show>
    ),
  },
]

const RUN_LEVELS = { running: 'pending', ok: 'fine', warnings: 'warning', failed: 'critical' } as const

const jobColumns = (now: Accessor<number>): readonly Column<BackupJob>[] => [
  nameColumn(
    tp('pve.job'),
    (row, key) => row?.comment || key,
    (row) => (row.comment ? row.id : null),
  ),
  {
    title: tp('pve.state'),
    sort: (row) => Number(row.is_enabled),
    cell: (row) => (
      <Mark level={row()?.is_enabled ? 'fine' : 'pending'}>
        {tp(row()?.is_enabled ? 'pve.jobOn' : 'pve.jobOff')}
      </Mark>
    ),
  },
  wordColumn(tp('pve.schedule'), (row) => row.schedule),
  wordColumn(tp('pve.target'), (row) => row.storage),
  numberColumn(tp('pve.covers'), 'count', (row) => row.guests.length),
  {
    title: tp('pve.nextRun'),
    isNumber: true,
    isMinor: true,
    sort: (row) => row.next_run,
    cell: (row) => <Ahead at={row()?.next_run} now={now} />,
  },
]
