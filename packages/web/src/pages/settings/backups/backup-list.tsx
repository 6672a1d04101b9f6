import type { BackupsAnswer } from '@lumen/protocol/http/backups'
import { For, type JSX, Show } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import type { ApiError } from '../../../api/problem.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Icon } from '../../../components/icon.tsx'
import { Num } from '../../../components/number.tsx'
import { dateTimeText, relativeText } from '../../../format/time.ts'
import { formatText } from '../../../format/unit.ts'
import { t } from '../../../i18n/t.ts'
import { ts } from '../../../i18n/ts.ts'
import { useNow } from '../../../live/ticker.ts'
import { createSaving } from '../saving.ts'

/** The backups there are, the one being made, and what went wrong with the last. */
export function BackupList(props: {
  backups: BackupsAnswer
  directory: string | null
  error: ApiError | undefined
  fetchedAt: number
  onRetry: () => void
  onStarted: (backups: BackupsAnswer) => void
}): JSX.Element {
  const now = useNow()
  const starting = createSaving()
  const start = () => starting.run(async () => props.onStarted(await call(calls.postBackup)))
  const staleText = () => {
    now()
    return t('form.refreshFailed', formatText('seconds', (Date.now() - props.fetchedAt) / 1000))
  }
  return (
    <section class="backup-list" aria-labelledby="backup-list-heading">
      <header class="backup-head">
        <h3 id="backup-list-heading">{ts('backups.list')}</h3>
        <Button
          icon="archive"
          disabled={props.directory === null || props.backups.running !== null}
          isBusy={starting.isBusy()}
          onClick={() => void start()}
        >
          {ts('backups.now')}
        </Button>
      </header>
      <Show when={props.error}>
        {(error) => (
          <Banner kind="warn" action={<Button onClick={props.onRetry}>{t('error.retry')}</Button>}>
            {error().message} {staleText()}
          </Banner>
        )}
      </Show>
      <Show when={starting.error() ?? props.backups.fault}>
        {(fault) => (
          <Banner kind="fault">
            {starting.error() === undefined ? `${ts('backups.failed')} ` : ''}
            {fault()}
          </Banner>
        )}
      </Show>
      <Show when={props.backups.running}>{(running) => <Progress {...running()} />}</Show>
      <Show
        when={props.backups.backups.length > 0}
        fallback={
          <p class="backup-none">
            <strong>{ts('backups.none')}</strong>
            <span class="dim">
              {props.directory === null ? ts('backups.noneText') : ts('backups.noneScheduled')}
            </span>
          </p>
        }
      >
        <table class="backup-table">
          <thead>
            <tr>
              <th scope="col">{ts('backups.file')}</th>
              <th scope="col">{ts('backups.age')}</th>
              <th scope="col" class="backup-lock">
                <span class="visually-hidden">{ts('backups.protection')}</span>
              </th>
              <th scope="col" class="number">
                {ts('backups.size')}
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.backups.backups}>
              {(backup) => (
                <tr>
                  <th scope="row" class="mono">
                    {backup.file}
                  </th>
                  <td title={dateTimeText(backup.made_at)}>{relativeText(backup.made_at, now())}</td>
                  <td class="backup-lock">
                    <Show
                      when={backup.is_encrypted}
                      fallback={<span class="dim">{ts('backups.isPlain')}</span>}
                    >
                      <span class="encrypted">
                        <Icon name="lock" size={14} />
                        {ts('backups.isEncrypted')}
                      </span>
                    </Show>
                  </td>
                  <td class="number">
                    <Num unit="bytes" value={backup.bytes} />
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  )
}

/** How far the one under way is; without a known size only how much there is. */
function Progress(props: { bytes: number; total: number }): JSX.Element {
  const share = () => (props.total === 0 ? undefined : Math.min(1, props.bytes / props.total))
  const words = () =>
    props.total === 0
      ? ts('backups.started', formatText('bytes', props.bytes))
      : ts('backups.progress', formatText('bytes', props.bytes), formatText('bytes', props.total))
  return (
    <div class="backup-progress">
      <span>{ts('backups.running')}</span>
      <span class="num dim">{words()}</span>
      <div
        class="bar-track"
        classList={{ unknown: share() === undefined }}
        role="progressbar"
        aria-label={ts('backups.running')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share() === undefined ? undefined : Math.round(share()! * 100)}
        aria-valuetext={words()}
      >
        <span class="bar-fill" style={{ transform: `scaleX(${share() ?? 0})` }} />
      </div>
    </div>
  )
}
