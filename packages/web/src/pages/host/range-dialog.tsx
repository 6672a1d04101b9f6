import { createSignal, type JSX } from 'solid-js'
import type { TimeAxis } from '../../charts/time-axis.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { t } from '../../i18n/t.ts'
import { type CustomRange, localText, readCustomRange } from './custom-range.ts'

/** From and to, to the minute, beginning with what is shown. Says what is wrong once one has asked for it. */
export default function RangeDialog(props: { axis: TimeAxis; onClose: () => void }): JSX.Element {
  const shown = props.axis.window()
  const [from, setFrom] = createSignal(localText(shown.from))
  const [to, setTo] = createSignal(localText(shown.to))
  const [fault, setFault] = createSignal<CustomRange['fault']>()
  const errorOf = (field: 'from' | 'to') => {
    const found = fault()
    return found?.field === field ? t(`range.fault.${found.what}`) : undefined
  }
  const change = (set: (text: string) => void) => (text: string) => {
    set(text)
    setFault(undefined)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    const read = readCustomRange(from(), to(), props.axis.now())
    setFault(read.fault)
    if (read.range === undefined) return
    props.axis.show({ kind: 'fixed', ...read.range })
    props.onClose()
  }
  const shared = { type: 'datetime-local', step: '60', max: localText(props.axis.now() + 60_000) } as const
  return (
    <Dialog isOpen onClose={props.onClose} title={t('range.customTitle')} description={t('range.customText')}>
      <form class="range-form" noValidate onSubmit={submit}>
        <Field
          {...shared}
          label={t('range.from')}
          value={from()}
          onValue={change(setFrom)}
          error={errorOf('from')}
        />
        <Field {...shared} label={t('range.to')} value={to()} onValue={change(setTo)} error={errorOf('to')} />
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="primary">
            {t('range.show')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
