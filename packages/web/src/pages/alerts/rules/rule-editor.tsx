import type { Rule, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { Channel } from '@lumen/protocol/http/channels'
import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { ApiError } from '../../../api/problem.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { navigate, setLeaveGuard } from '../../../router.ts'
import { useTitle } from '../../../title.ts'
import { Switch as OnOff } from '../shared/switch.tsx'
import { ConditionFields } from './condition-fields.tsx'
import { DeleteRuleDialog } from './delete-rule-dialog.tsx'
import { createEditing } from './editing.ts'
import { NameField } from './name-field.tsx'
import { OverrideFields } from './override-fields.tsx'
import { PreviewPanel } from './preview-panel.tsx'
import { RehearsalPanel } from './rehearsal-panel.tsx'
import { ScopeFields } from './scope-fields.tsx'
import { TellingFields } from './telling-fields.tsx'
import { TimingFields } from './timing-fields.tsx'

/** The form of a rule, beside what it would look at now and when it would have fired. */
export function RuleEditor(props: {
  rule: Rule | undefined
  spec: RuleSpec | undefined
  channels: readonly Channel[]
}): JSX.Element {
  const editing = createEditing(props.spec)
  const [isBusy, setBusy] = createSignal(false)
  const [error, setError] = createSignal<string | undefined>()
  const [leavingTo, setLeavingTo] = createSignal<string | undefined>()
  const [isDeleting, setDeleting] = createSignal(false)
  const isUnsaved = () => editing.isChanged() || (props.rule === undefined && props.spec !== undefined)
  useTitle(() => props.rule?.spec.name ?? ta('rules.new'))
  holdWhile(editing.isChanged, setLeavingTo)
  let form!: HTMLFormElement

  const leave = (to: string) => {
    setLeaveGuard(null)
    navigate(to)
  }
  const save = async (event: Event) => {
    event.preventDefault()
    if (isBusy()) return
    editing.insist()
    setError(undefined)
    if (!editing.isReadable()) {
      focusFirstFault(form)
      return
    }
    setBusy(true)
    try {
      const body = editing.spec()
      if (props.rule === undefined) await call(alertCalls.createRule, { body })
      else await call(alertCalls.changeRule, { params: { id: props.rule.id }, body })
      toast(ta('editor.saved', body.name))
      leave('/alerts/rules')
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      editing.setRefused(thrown.fields)
      setError(thrown.fields.length === 0 ? thrown.message : ta('editor.refused', thrown.fields[0]!.message))
      focusFirstFault(form)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="editor">
      <p class="editor-back">
        <a href="/alerts/rules">← {ta('editor.back')}</a>
      </p>
      <form ref={form} class="editor-form" noValidate onSubmit={(event) => void save(event)}>
        <h2>{props.rule === undefined ? ta('rules.new') : props.rule.spec.name}</h2>
        <Show when={props.rule?.template}>
          <p class="dim">{ta('editor.template')}</p>
        </Show>
        <section class="editor-card">
          <NameField editing={editing} />
          <OnOff
            label={ta('editor.enabled')}
            isLabelShown
            isOn={editing.draft().isEnabled}
            onChange={(isEnabled) => editing.change({ isEnabled })}
          />
        </section>
        <ConditionFields editing={editing} />
        <ScopeFields editing={editing} />
        <TimingFields editing={editing} />
        <TellingFields editing={editing} channels={props.channels} />
        <OverrideFields editing={editing} />
        <Show when={error()}>{(text) => <Banner kind="fault">{text()}</Banner>}</Show>
        <div class="editor-foot">
          <Show when={props.rule !== undefined}>
            <Button look="danger" icon="trash" onClick={() => setDeleting(true)}>
              {ta('rules.delete')}
            </Button>
            <Button
              icon="copy"
              class="wide-only"
              onClick={() => navigate(`/alerts/rules/new?from=${props.rule!.id}`)}
            >
              {ta('rules.duplicate')}
            </Button>
          </Show>
          <div class="form-actions">
            <Button onClick={() => navigate('/alerts/rules')}>{t('dialog.cancel')}</Button>
            <Button
              type="submit"
              look="primary"
              isBusy={isBusy()}
              disabled={props.rule !== undefined && !isUnsaved()}
            >
              {ta(props.rule === undefined ? 'editor.create' : 'editor.save')}
            </Button>
          </div>
        </div>
      </form>
      <aside class="editor-side" aria-label={ta('editor.side')}>
        <PreviewPanel editing={editing} />
        <RehearsalPanel editing={editing} />
      </aside>
      <Show when={leavingTo()}>
        {(to) => (
          <Dialog
            isOpen
            onClose={() => setLeavingTo(undefined)}
            title={ta('editor.leaveTitle')}
            description={ta('editor.leaveText')}
          >
            <div class="dialog-foot">
              <Button onClick={() => setLeavingTo(undefined)}>{ta('editor.stay')}</Button>
              <Button look="danger" onClick={() => leave(to())}>
                {ta('editor.leave')}
              </Button>
            </div>
          </Dialog>
        )}
      </Show>
      <Show when={isDeleting() && props.rule}>
        {(rule) => (
          <DeleteRuleDialog
            rule={rule()}
            onClose={() => setDeleting(false)}
            onDeleted={() => leave('/alerts/rules')}
          />
        )}
      </Show>
    </div>
  )
}

/** Leaving asks first, within the app by a dialog, out of it by the browser's own. */
function holdWhile(isChanged: () => boolean, onHeld: (to: string) => void): void {
  setLeaveGuard((to) => {
    if (isChanged()) onHeld(to)
    return isChanged()
  })
  const onUnload = (event: BeforeUnloadEvent) => event.preventDefault()
  createEffect(() => {
    if (!isChanged()) return
    addEventListener('beforeunload', onUnload)
    onCleanup(() => removeEventListener('beforeunload', onUnload))
  })
  onCleanup(() => setLeaveGuard(null))
}

function focusFirstFault(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}
