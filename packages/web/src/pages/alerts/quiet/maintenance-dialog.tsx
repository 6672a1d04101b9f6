import type { Maintenance, MaintenanceTime } from '@lumen/protocol/http/alerts/silence'
import { createMemo, createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { hubNow } from '../../../live/live.ts'
import { NumberField } from '../../settings/number-field.tsx'
import { createSaving } from '../../settings/saving.ts'
import { Segments } from '../shared/segments.tsx'
import { SpanField } from '../shared/span-field.tsx'
import { TextField } from '../shared/text-field.tsx'
import { DayChoice } from '../shared/week-hours.tsx'
import type { RuleMap } from '../shared/words.ts'
import { ownZone, ZoneField } from '../shared/zone-field.tsx'
import { draftOf, type MaintenanceDraft, readDraft } from './maintenance-draft.ts'
import { MatcherFields } from './matcher-fields.tsx'

const KINDS: readonly MaintenanceTime['kind'][] = ['once', 'weekly', 'monthly']

/** Adds or changes a maintenance window. */
export function MaintenanceDialog(props: {
  maintenance: Maintenance | undefined
  rules: RuleMap
  onClose: () => void
  onSaved: () => void
}): JSX.Element {
  const [draft, setDraft] = createSignal(draftOf(props.maintenance, ownZone(), hubNow()))
  const [isInsisting, setInsisting] = createSignal(false)
  const saving = createSaving()
  const read = createMemo(() => readDraft(draft()))
  const change = (part: Partial<MaintenanceDraft>) => {
    setDraft({ ...draft(), ...part })
    saving.clear()
  }
  const faultAt = (path: string) => {
    const own = read().faults[path]
    if (own !== undefined && (isInsisting() || own !== 'missing')) return ta(`fault.${own}`)
    return saving.errorOf(path)
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    setInsisting(true)
    const body = read().spec
    if (body === undefined) return
    const isDone = await saving.run(() =>
      props.maintenance === undefined
        ? call(alertCalls.createMaintenance, { body })
        : call(alertCalls.changeMaintenance, { params: { id: props.maintenance.id }, body }),
    )
    if (!isDone) return
    toast(ta('maintenance.saved', body.name))
    props.onSaved()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      size="medium"
      title={ta(props.maintenance === undefined ? 'maintenance.new' : 'maintenance.editTitle')}
    >
      <form class="dialog-form" noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          label={ta('maintenance.name')}
          value={draft().name}
          onValue={(name) => change({ name })}
          error={faultAt('name')}
          placeholder={ta('maintenance.nameExample')}
          maxLength={128}
        />
        <Segments
          label={ta('maintenance.when')}
          choices={KINDS.map((kind) => ({ value: kind, text: ta(`maintenance.${kind}`) }))}
          value={draft().kind}
          onValue={(kind) => change({ kind })}
        />
        <Switch>
          <Match when={draft().kind === 'once'}>
            <div class="field-row">
              <TextField
                label={ta('maintenance.from')}
                type="datetime-local"
                value={draft().from}
                onValue={(from) => change({ from })}
                error={faultAt('time.from')}
              />
              <TextField
                label={ta('maintenance.until')}
                type="datetime-local"
                value={draft().until}
                onValue={(until) => change({ until })}
                error={faultAt('time.until')}
              />
            </div>
          </Match>
          <Match when={draft().kind !== 'once'}>
            <Recurrence draft={draft()} change={change} faultAt={faultAt} />
          </Match>
        </Switch>
        <MatcherFields
          draft={draft().matcher}
          rules={props.rules}
          onChange={(part) => change({ matcher: { ...draft().matcher, ...part } })}
          faultAt={(path) => saving.errorUnder(`matcher.${path}`)}
          error={faultAt('matcher')}
        />
        <TextField
          label={ta('silence.comment')}
          value={draft().comment}
          onValue={(comment) => change({ comment })}
          error={faultAt('comment')}
          maxLength={500}
        />
        <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="primary" isBusy={saving.isBusy()}>
            {ta(props.maintenance === undefined ? 'maintenance.create' : 'channels.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** On which days, when, for how long, by which clock. */
function Recurrence(props: {
  draft: MaintenanceDraft
  change: (part: Partial<MaintenanceDraft>) => void
  faultAt: (path: string) => string | undefined
}): JSX.Element {
  return (
    <>
      <Show
        when={props.draft.kind === 'weekly'}
        fallback={
          <div class="field-row">
            <NumberField
              label={ta('maintenance.day')}
              hint={ta('maintenance.dayHint')}
              value={props.draft.day}
              onValue={(day) => props.change({ day })}
              error={props.faultAt('time.day')}
            />
          </div>
        }
      >
        <DayChoice
          label={ta('maintenance.days')}
          value={props.draft.days}
          onValue={(days) => props.change({ days })}
        />
        <Show when={props.faultAt('time.days')}>
          {(text) => (
            <p class="field-note fault" role="alert">
              {text()}
            </p>
          )}
        </Show>
      </Show>
      <div class="field-row">
        <TextField
          label={ta('maintenance.at')}
          value={props.draft.at}
          onValue={(at) => props.change({ at })}
          error={props.faultAt('time.at')}
          placeholder="03:00"
        />
        <SpanField
          label={ta('maintenance.lasts')}
          value={props.draft.lasts}
          onValue={(lasts) => props.change({ lasts })}
          error={props.faultAt('time.duration_ms')}
        />
      </div>
      <ZoneField
        value={props.draft.zone}
        onValue={(zone) => props.change({ zone })}
        error={props.faultAt('time.zone')}
      />
    </>
  )
}
