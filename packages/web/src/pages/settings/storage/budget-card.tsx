import type { BudgetSettings } from '@lumen/protocol/http/settings'
import type { StorageAnswer } from '@lumen/protocol/http/storage'
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { calls } from '../../../api/calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ts } from '../../../i18n/ts.ts'
import { createSaving } from '../saving.ts'
import { BudgetBar } from './budget-bar.tsx'
import { ByteField } from './byte-field.tsx'
import { type ByteText, bytesOf, byteText } from './byte-input.ts'
import { Card } from './card.tsx'
import { GivingUp } from './giving-up.tsx'

/** What the hub may take of the disk, what it takes, and what would go first. */
export function BudgetCard(props: { storage: StorageAnswer; onSaved: () => void }): JSX.Element {
  const budget = () => props.storage.budget
  const [cap, setCap] = createSignal<ByteText>(byteText(budget().max_bytes))
  const [floor, setFloor] = createSignal<ByteText>(byteText(budget().min_free_bytes))
  const saving = createSaving({ budget_too_small: 'max_bytes' })

  const wanted = createMemo((): BudgetSettings | undefined => {
    const max = bytesOf(cap())
    const min = bytesOf(floor())
    return max === undefined || min === undefined || min === null
      ? undefined
      : { max_bytes: max, min_free_bytes: min }
  })
  const isChanged = () => {
    const next = wanted()
    const { max_bytes, min_free_bytes } = budget()
    return next !== undefined && (next.max_bytes !== max_bytes || next.min_free_bytes !== min_free_bytes)
  }
  const isTouched = () => isChanged() || wanted() === undefined
  const change = (set: (value: ByteText) => void) => (value: ByteText) => {
    set(value)
    saving.clear()
  }
  const undo = () => {
    setCap(byteText(budget().max_bytes))
    setFloor(byteText(budget().min_free_bytes))
    saving.clear()
  }
  const submit = async (event: Event) => {
    event.preventDefault()
    const next = wanted()
    if (next === undefined || !isChanged()) return
    const isSaved = await saving.run(() => call(calls.putSettings, { body: { budget: next } }))
    if (!isSaved) return
    toast(t('form.saved'))
    props.onSaved()
  }
  const notNumber = (value: ByteText) => (bytesOf(value) === undefined ? t('form.number') : undefined)
  return (
    <Card id="budget" title={ts('budget.title')}>
      <BudgetBar budget={budget()} />
      <form class="budget-form" noValidate onSubmit={(event) => void submit(event)}>
        <ByteField
          label={ts('budget.cap')}
          hint={ts('budget.capHint')}
          placeholder={ts('budget.noCap')}
          value={cap()}
          onValue={change(setCap)}
          error={notNumber(cap()) ?? saving.errorOf('max_bytes')}
        />
        <ByteField
          label={ts('budget.floor')}
          hint={ts('budget.floorHint')}
          value={floor()}
          onValue={change(setFloor)}
          error={
            (bytesOf(floor()) === null ? t('form.number') : notNumber(floor())) ??
            saving.errorOf('min_free_bytes')
          }
        />
        <div class="form-actions">
          <Show when={isTouched()}>
            <Button onClick={undo}>{t('form.undo')}</Button>
          </Show>
          <Button type="submit" look="primary" disabled={!isChanged()} isBusy={saving.isBusy()}>
            {t('form.save')}
          </Button>
        </div>
      </form>
      <Show when={saving.error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
      <GivingUp stage={budget().stage} given={budget().given} />
    </Card>
  )
}
