import './retention.css'
import type { RetentionSettings, Settings } from '@lumen/protocol/http/settings'
import type { Forecast } from '@lumen/protocol/http/storage'
import { createMemo, createResource, createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ts } from '../../../i18n/ts.ts'
import { createSaving } from '../saving.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { createForecast } from './forecast.ts'
import type { StorageBudget } from './forecast-rows.ts'
import { DiskNeedLine, ForecastBasis } from './forecast-summary.tsx'
import { KindsTable } from './kinds-table.tsx'
import { draftOf, isSameRetention, type RetentionDraft, readDraft } from './retention-form.ts'
import { RetentionSkeleton } from './retention-skeleton.tsx'
import { TierRows } from './tier-rows.tsx'

/** Settings → Retention. */
export default function RetentionSection(): JSX.Element {
  const [settings, { mutate, refetch }] = createResource(() => call(calls.getSettings))
  // The room on the disk only adds a warning; without an answer there is none.
  const [budget] = createResource(() =>
    call(calls.getStorage).then(
      (storage): StorageBudget | undefined => storage.budget,
      () => undefined,
    ),
  )
  return (
    <section class="settings-section wide" aria-labelledby="retention-heading">
      <header class="section-head">
        <div>
          <h2 id="retention-heading">{t('settings.retention')}</h2>
          <p class="dim">{ts('retention.intro')}</p>
        </div>
      </header>
      <Switch fallback={<RetentionSkeleton />}>
        <Match when={settings.error}>
          <Banner kind="fault" action={<Button onClick={() => void refetch()}>{t('error.retry')}</Button>}>
            {settings.error instanceof Error ? settings.error.message : ''}
          </Banner>
        </Match>
        <Match when={settings()}>
          {(now) => <RetentionForm settings={now()} budget={budget.latest} onSaved={mutate} />}
        </Match>
      </Switch>
    </section>
  )
}

function RetentionForm(props: {
  settings: Settings
  budget: StorageBudget | undefined
  onSaved: (settings: Settings) => void
}): JSX.Element {
  const [draft, setDraft] = createSignal<RetentionDraft>(draftOf(props.settings.retention))
  const [toConfirm, setToConfirm] = createSignal<Forecast | undefined>()
  const saving = createSaving()
  const read = createMemo(() => readDraft(draft()))
  const wanted = createMemo(() => read().retention, undefined, {
    equals: (a, b) => a !== undefined && b !== undefined && isSameRetention(a, b),
  })
  const forecast = createForecast(wanted)
  const isTouched = () => JSON.stringify(draft()) !== JSON.stringify(draftOf(props.settings.retention))
  const isChanged = () => {
    const next = wanted()
    return isTouched() && next !== undefined && !isSameRetention(next, props.settings.retention)
  }
  const change = (part: Partial<RetentionDraft>) => {
    setDraft({ ...draft(), ...part })
    saving.clear()
  }

  const put = async (retention: RetentionSettings) => {
    const answer = await call(calls.putSettings, { body: { retention } })
    props.onSaved(answer)
    setDraft(draftOf(answer.retention))
    toast(t('form.saved'))
  }
  const submit = (event: Event) => {
    event.preventDefault()
    const retention = wanted()
    if (!isChanged() || retention === undefined || saving.isBusy()) return
    void saving.run(async () => {
      const last = await forecast.ask(retention)
      if (last.deletes.length > 0) setToConfirm(last)
      else await put(retention)
    })
  }
  const confirm = async () => {
    const retention = wanted()
    if (retention !== undefined) await saving.run(() => put(retention))
    setToConfirm(undefined)
  }
  return (
    <form class="retention-form" noValidate onSubmit={submit}>
      <TierRows
        draft={draft()}
        faults={read().faults}
        errorOf={saving.errorOf}
        forecast={forecast.answer()}
        isStale={forecast.isPending() || wanted() === undefined}
        intervalMs={props.settings.interval_ms}
        onChange={change}
      />
      <Show when={forecast.answer()}>
        {(answer) => <DiskNeedLine forecast={answer()} budget={props.budget ?? props.settings.budget} />}
      </Show>
      <KindsTable
        draft={draft()}
        faults={read().kindFaults}
        forecast={forecast.answer()}
        isStale={forecast.isPending() || wanted() === undefined}
        onChange={(kinds) => change({ kinds })}
      />
      <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
      <div class="form-foot">
        <ForecastBasis forecast={forecast} />
        <div class="form-actions">
          <Show when={isTouched()}>
            <Button onClick={() => change(draftOf(props.settings.retention))}>{t('form.undo')}</Button>
          </Show>
          <Button type="submit" look="primary" disabled={!isChanged()} isBusy={saving.isBusy()}>
            {t('form.save')}
          </Button>
        </div>
      </div>
      <Show when={toConfirm()}>
        {(last) => (
          <DeleteDialog
            forecast={last()}
            isBusy={saving.isBusy()}
            onConfirm={() => void confirm()}
            onClose={() => setToConfirm(undefined)}
          />
        )}
      </Show>
    </form>
  )
}
