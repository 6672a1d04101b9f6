import { COLLECTOR_SWITCHES, type CollectorSwitch } from '@lumen/protocol/agent/collector-switches'
import type { HostSummary } from '@lumen/protocol/http/hosts'
import { createResource, For, type JSX, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { toast } from '../../components/toast.tsx'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { tc } from '../../i18n/tc.ts'
import { intervalChoices } from '../settings/intervals.ts'
import { createSaving } from '../settings/saving.ts'
import './collection-dialog.css'

interface Own {
  interval_ms?: HostSummary['policy']['own_interval_ms']
  collectors?: HostSummary['policy']['own_collectors']
}

/** What one host is asked to collect, what its machine permits and what is in force. */
export default function CollectionDialog(props: { host: HostSummary; onClose: () => void }): JSX.Element {
  const saving = createSaving()
  const [fleet] = createResource(() => call(calls.getSettings))
  const policy = () => props.host.policy
  const save = async (body: Own) => {
    if (await saving.run(() => call(calls.changeHost, { params: { id: props.host.id }, body })))
      toast(t('collection.saved'))
  }
  const wordOf = (wish: string | undefined) =>
    wish === 'off' ? tc('hostCollection.off') : tc('hostCollection.auto')
  const choose = (name: CollectorSwitch, wish: string) => {
    const { [name]: _, ...others } = policy().own_collectors ?? {}
    const own = wish === 'auto' || wish === 'off' ? { ...others, [name]: wish } : others
    void save({ collectors: Object.keys(own).length === 0 ? null : own })
  }
  const stateOf = (name: CollectorSwitch) => props.host.facts?.collectors?.[name]
  const permitted = (name: CollectorSwitch) => {
    const state = stateOf(name)
    if (state === undefined) return tc('hostCollection.unknown')
    return state === 'forbidden' ? tc('hostCollection.no') : tc('hostCollection.yes')
  }
  const inForce = (name: CollectorSwitch) => {
    const state = stateOf(name)
    if (state === undefined) return tc('hostCollection.unknown')
    return state === 'on' ? tc('hostCollection.auto') : tc('hostCollection.off')
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={tc('hostCollection.title', props.host.name)}
      description={tc('hostCollection.text')}
    >
      <Show when={fleet.state === 'ready' && fleet()}>
        {(all) => (
          <>
            <label class="label" for="host-interval">
              {t('collection.interval')}
            </label>
            <div class="collection-interval">
              <select
                id="host-interval"
                class="select"
                disabled={saving.isBusy()}
                onChange={(event) => void save({ interval_ms: Number(event.currentTarget.value) || null })}
              >
                <option value="0" selected={policy().own_interval_ms === null}>
                  {tc('hostCollection.asFleet', formatText('seconds', all().interval_ms / 1000))}
                </option>
                <For each={intervalChoices(policy().own_interval_ms ?? all().interval_ms)}>
                  {(ms) => (
                    <option value={ms} selected={ms === policy().own_interval_ms}>
                      {formatText('seconds', ms / 1000)}
                    </option>
                  )}
                </For>
              </select>
              <span class="dim">
                {tc('hostCollection.intervalInForce', formatText('seconds', props.host.interval_ms / 1000))}
              </span>
            </div>
            <table class="collection-table">
              <thead>
                <tr>
                  <th scope="col">{tc('hostCollection.collector')}</th>
                  <th scope="col">{tc('hostCollection.asked')}</th>
                  <th scope="col">{tc('hostCollection.permits')}</th>
                  <th scope="col">{tc('hostCollection.inForce')}</th>
                </tr>
              </thead>
              <tbody>
                <For each={COLLECTOR_SWITCHES}>
                  {(name) => (
                    <tr>
                      <th scope="row">{tc(`collector.${name}`)}</th>
                      <td>
                        <select
                          class="select"
                          aria-label={tc('hostCollection.askedOf', tc(`collector.${name}`))}
                          disabled={saving.isBusy()}
                          onChange={(event) => choose(name, event.currentTarget.value)}
                        >
                          <option value="fleet" selected={policy().own_collectors?.[name] === undefined}>
                            {tc('hostCollection.asFleet', wordOf(all().collectors[name]))}
                          </option>
                          <option value="auto" selected={policy().own_collectors?.[name] === 'auto'}>
                            {tc('hostCollection.auto')}
                          </option>
                          <option value="off" selected={policy().own_collectors?.[name] === 'off'}>
                            {tc('hostCollection.off')}
                          </option>
                        </select>
                      </td>
                      <td>{permitted(name)}</td>
                      <td>{inForce(name)}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </>
        )}
      </Show>
      <Show when={fleet.error}>
        <Banner kind="fault">{fleet.error instanceof Error ? fleet.error.message : ''}</Banner>
      </Show>
      <Show when={saving.error()}>{(fault) => <Banner kind="fault">{fault()}</Banner>}</Show>
      <div class="dialog-foot">
        <Button look="primary" onClick={props.onClose}>
          {t('dialog.done')}
        </Button>
      </div>
    </Dialog>
  )
}
