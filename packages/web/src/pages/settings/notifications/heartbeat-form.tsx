import type { HeartbeatSettings } from '@lumen/protocol/http/settings'
import { createSignal, For, type JSX, Show } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Field } from '../../../components/field.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { tn } from '../../../i18n/tn.ts'
import { NumberField } from '../number-field.tsx'
import { createSaving } from '../saving.ts'
import { type BeatDraft, beatDraft, EVERY_UNITS, type EveryUnit, readBeat } from './beat-draft.ts'

/** The address that is called while the hub is well, and how often. */
export function HeartbeatForm(props: {
  heartbeat: HeartbeatSettings
  onSaved: (heartbeat: HeartbeatSettings) => void
}): JSX.Element {
  const [draft, setDraft] = createSignal(beatDraft(props.heartbeat))
  const saving = createSaving()
  const isTouched = () => JSON.stringify(draft()) !== JSON.stringify(beatDraft(props.heartbeat))
  const change = (part: Partial<BeatDraft>) => {
    setDraft({ ...draft(), ...part })
    saving.clear()
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    const heartbeat = readBeat(draft())
    if (heartbeat === undefined) return
    await saving.run(async () => {
      const answer = await call(calls.putSettings, { body: { heartbeat } })
      props.onSaved(answer.heartbeat)
      setDraft(beatDraft(answer.heartbeat))
      toast(t('form.saved'))
    })
  }
  return (
    <form class="notify-card" noValidate onSubmit={(event) => void submit(event)}>
      <h3>{tn('heartbeat.title')}</h3>
      <p class="dim">{tn('heartbeat.text')}</p>
      <div class="notify-beat">
        <Field
          label={tn('heartbeat.url')}
          type="url"
          value={draft().url}
          onValue={(url) => change({ url })}
          hint={tn('heartbeat.hint')}
          error={saving.errorOf('url')}
          placeholder="https://hc.example.org/ping/…"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
        <NumberField
          label={tn('heartbeat.every')}
          value={draft().every}
          onValue={(every) => change({ every })}
          error={readBeat(draft()) === undefined ? tn('heartbeat.number') : saving.errorOf('every_ms')}
          unit={
            <select
              class="select"
              aria-label={tn('heartbeat.unit')}
              onChange={(event) => change({ unit: event.currentTarget.value as EveryUnit })}
            >
              <For each={Object.keys(EVERY_UNITS) as EveryUnit[]}>
                {(unit) => (
                  <option value={unit} selected={unit === draft().unit}>
                    {tn(`heartbeat.${unit}`)}
                  </option>
                )}
              </For>
            </select>
          }
        />
      </div>
      <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
      <div class="form-foot">
        <div class="form-actions">
          <Show when={isTouched()}>
            <Button onClick={() => change(beatDraft(props.heartbeat))}>{t('form.undo')}</Button>
          </Show>
          <Button
            type="submit"
            look="primary"
            isBusy={saving.isBusy()}
            disabled={!isTouched() || readBeat(draft()) === undefined}
          >
            {t('form.save')}
          </Button>
        </div>
      </div>
    </form>
  )
}
