import type { BackupsAnswer } from '@lumen/protocol/http/backups'
import type { BackupSchedule, Settings } from '@lumen/protocol/http/settings'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Field } from '../../../components/field.tsx'
import { toast } from '../../../components/toast.tsx'
import { dateTimeText } from '../../../format/time.ts'
import { t } from '../../../i18n/t.ts'
import { ts } from '../../../i18n/ts.ts'
import { NumberField } from '../number-field.tsx'
import { createSaving } from '../saving.ts'
import {
  draftOf,
  EVERY_UNITS,
  type EveryUnit,
  isSameSchedule,
  mostOf,
  readDraft,
  type ScheduleDraft,
  type ScheduleFault,
} from './schedule-draft.ts'

/** Where to, how often, how many. */
export function ScheduleForm(props: {
  schedule: BackupSchedule
  backups: BackupsAnswer | undefined
  onSaved: (settings: Settings) => void
}): JSX.Element {
  const [draft, setDraft] = createSignal<ScheduleDraft>(draftOf(props.schedule))
  const saving = createSaving({ backup_directory_unusable: 'directory' })
  const read = createMemo(() => readDraft(draft()))
  const isTouched = () => JSON.stringify(draft()) !== JSON.stringify(draftOf(props.schedule))
  const isChanged = () => {
    const next = read().schedule
    return next !== undefined && !isSameSchedule(next, props.schedule)
  }
  const change = (part: Partial<ScheduleDraft>) => {
    setDraft({ ...draft(), ...part })
    saving.clear()
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    const backups = read().schedule
    if (backups === undefined || !isChanged()) return
    await saving.run(async () => {
      const answer = await call(calls.putSettings, { body: { backups } })
      props.onSaved(answer)
      setDraft(draftOf(answer.backups))
      toast(t('form.saved'))
    })
  }
  const words = (fault: ScheduleFault | undefined, most: number) => {
    if (fault === undefined) return undefined
    if (fault === 'absolute') return ts('backups.directoryAbsolute')
    return fault === 'whole' ? t('form.whole') : t('form.between', '1', String(most))
  }
  const nextText = () => {
    const at = props.backups?.next_at
    return at == null ? ts('backups.nextNone') : ts('backups.next', dateTimeText(at))
  }
  return (
    <form class="schedule-form" noValidate onSubmit={(event) => void submit(event)}>
      <Field
        class="schedule-directory"
        label={ts('backups.directory')}
        value={draft().directory}
        onValue={(directory) => change({ directory })}
        hint={ts('backups.directoryHint')}
        error={words(read().faults.directory, 0) ?? saving.errorOf('directory')}
        placeholder="/mnt/backup/lumen"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
      <NumberField
        label={ts('backups.every')}
        value={draft().every}
        onValue={(every) => change({ every })}
        error={words(read().faults.every, mostOf(draft().unit)) ?? saving.errorOf('every_hours')}
        unit={
          <select
            class="select"
            aria-label={ts('backups.everyUnit')}
            onChange={(event) => change({ unit: event.currentTarget.value as EveryUnit })}
          >
            <For each={Object.keys(EVERY_UNITS) as EveryUnit[]}>
              {(unit) => (
                <option value={unit} selected={unit === draft().unit}>
                  {ts(`backups.${unit}`)}
                </option>
              )}
            </For>
          </select>
        }
      />
      <NumberField
        label={ts('backups.keep')}
        value={draft().keep}
        onValue={(keep) => change({ keep })}
        hint={ts('backups.keepHint')}
        error={words(read().faults.keep, 365) ?? saving.errorOf('keep')}
      />
      <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
      <div class="form-foot">
        <Show when={props.backups}>
          {(now) => (
            <p class="dim">
              {nextText()}{' '}
              <Show when={props.schedule.directory !== null}>
                {now().is_encrypted ? ts('backups.encrypted') : ts('backups.plain')}
              </Show>
            </p>
          )}
        </Show>
        <div class="form-actions">
          <Show when={isTouched()}>
            <Button onClick={() => change(draftOf(props.schedule))}>{t('form.undo')}</Button>
          </Show>
          <Button type="submit" look="primary" disabled={!isChanged()} isBusy={saving.isBusy()}>
            {t('form.save')}
          </Button>
        </div>
      </div>
    </form>
  )
}
