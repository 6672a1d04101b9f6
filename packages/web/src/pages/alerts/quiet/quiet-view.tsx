import type { Maintenance, Silence } from '@lumen/protocol/http/alerts/silence'
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { createPolled } from '../../../api/polled.ts'
import { ApiError } from '../../../api/problem.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { useNow } from '../../../live/ticker.ts'
import { createQueryState } from '../../../router.ts'
import { useNames, useRules } from '../shared/known-names.ts'
import { ListSkeleton } from '../shared/list-skeleton.tsx'
import { LoadFault } from '../shared/load-fault.tsx'
import { DeleteMaintenanceDialog } from './delete-maintenance-dialog.tsx'
import { MaintenanceDialog } from './maintenance-dialog.tsx'
import { MaintenanceRow } from './maintenance-row.tsx'
import { SilenceDialog } from './silence-dialog.tsx'
import { SilenceRow } from './silence-row.tsx'

const EVERY_MS = 10_000

/** What is kept quiet and when: silences that end by themselves, and windows that come again. */
export default function QuietView(): JSX.Element {
  const now = useNow()
  const rules = useRules()
  const names = useNames(rules)
  const [adding, setAdding] = createQueryState<'' | 'silence' | 'maintenance'>('add', '', {
    isValid: (text) => text === 'silence' || text === 'maintenance',
  })
  const [editing, setEditing] = createSignal<Maintenance | undefined>()
  const [deleting, setDeleting] = createSignal<Maintenance | undefined>()
  const [ending, setEnding] = createSignal<number | null>(null)
  const polled = createPolled(
    async (signal) => {
      const [{ silences }, { maintenance }] = await Promise.all([
        call(alertCalls.listSilences, undefined, signal),
        call(alertCalls.listMaintenance, undefined, signal),
      ])
      return { silences, maintenance }
    },
    () => EVERY_MS,
  )
  const close = () => {
    setAdding('')
    setEditing(undefined)
    setDeleting(undefined)
  }
  const done = () => {
    close()
    void polled.refresh()
  }
  const silences = createMemo(() => {
    const all = polled.data()?.silences ?? []
    const isOver = (one: Silence) => one.spec.until <= now()
    return [...all.filter((one) => !isOver(one)), ...all.filter(isOver)]
  })
  const end = async ({ id }: Silence) => {
    setEnding(id)
    try {
      await call(alertCalls.endSilence, { params: { id } })
      toast(ta('silences.ended'))
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, 'fault')
    }
    setEnding(null)
    await polled.refresh()
  }
  const setEnabled = async (one: Maintenance, is_enabled: boolean) => {
    try {
      await call(alertCalls.changeMaintenance, { params: { id: one.id }, body: { ...one.spec, is_enabled } })
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, 'fault')
    }
    await polled.refresh()
  }
  return (
    <div class="quiet-view">
      <Show when={polled.error() !== undefined && polled.data() !== undefined && polled.error()}>
        {(error) => (
          <Banner
            kind="fault"
            action={<Button onClick={() => void polled.refresh()}>{t('error.retry')}</Button>}
          >
            {error().message}
          </Banner>
        )}
      </Show>
      <Switch fallback={<ListSkeleton rows={5} height="64px" />}>
        <Match when={polled.data() === undefined && polled.error()}>
          {(error) => (
            <LoadFault title={ta('quiet.failed')} error={error()} onRetry={() => void polled.refresh()} />
          )}
        </Match>
        <Match when={polled.data()}>
          {(data) => (
            <>
              <section class="quiet-part" aria-labelledby="quiet-silences">
                <header class="part-head">
                  <div>
                    <h2 id="quiet-silences">{ta('silences.title')}</h2>
                    <p class="dim">{ta('silences.about')}</p>
                  </div>
                  <Button icon="plus" onClick={() => setAdding('silence')}>
                    {ta('silences.new')}
                  </Button>
                </header>
                <Show when={silences().length > 0} fallback={<p class="part-none">{ta('silences.none')}</p>}>
                  <ul class="quiet-list">
                    <For each={silences()}>
                      {(one) => (
                        <SilenceRow
                          silence={one}
                          names={names}
                          now={now()}
                          isBusy={ending() === one.id}
                          onEnd={() => void end(one)}
                        />
                      )}
                    </For>
                  </ul>
                </Show>
              </section>
              <section class="quiet-part" aria-labelledby="quiet-maintenance">
                <header class="part-head">
                  <div>
                    <h2 id="quiet-maintenance">{ta('maintenance.title')}</h2>
                    <p class="dim">{ta('maintenance.about')}</p>
                  </div>
                  <Button icon="plus" onClick={() => setAdding('maintenance')}>
                    {ta('maintenance.new')}
                  </Button>
                </header>
                <Show
                  when={data().maintenance.length > 0}
                  fallback={<p class="part-none">{ta('maintenance.none')}</p>}
                >
                  <ul class="quiet-list">
                    <For each={data().maintenance}>
                      {(one) => (
                        <MaintenanceRow
                          maintenance={one}
                          names={names}
                          now={now()}
                          onEnabled={(isOn) => void setEnabled(one, isOn)}
                          onEdit={() => setEditing(one)}
                          onDelete={() => setDeleting(one)}
                        />
                      )}
                    </For>
                  </ul>
                </Show>
              </section>
            </>
          )}
        </Match>
      </Switch>
      <Show when={adding() === 'silence'}>
        <SilenceDialog rules={rules()} onClose={close} onSaved={done} />
      </Show>
      <Show when={adding() === 'maintenance' || editing() !== undefined}>
        <MaintenanceDialog maintenance={editing()} rules={rules()} onClose={close} onSaved={done} />
      </Show>
      <Show when={deleting()} keyed>
        {(one) => <DeleteMaintenanceDialog maintenance={one} onClose={close} onDeleted={done} />}
      </Show>
    </div>
  )
}
