import type { HostSummary } from '@lumen/protocol/http/hosts'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { toast } from '../../components/toast.tsx'
import { t } from '../../i18n/t.ts'
import { useFleet } from '../../live/live.ts'
import { createSaving } from './saving.ts'
import { readTags } from './tag-text.ts'

const MOST_OFFERED = 12

/** Which tags a host has; those of other hosts are offered. */
export default function TagsDialog(props: { host: HostSummary; onClose: () => void }): JSX.Element {
  const fleet = useFleet()
  const [text, setText] = createSignal(props.host.tags.join(', '))
  const saving = createSaving()
  const tags = createMemo(() => readTags(text()))
  const offered = createMemo(() => {
    const known = new Set((fleet.all() ?? []).flatMap((host) => host.tags))
    return [...known]
      .filter((tag) => !tags().includes(tag))
      .sort()
      .slice(0, MOST_OFFERED)
  })
  const submit = async (event: Event) => {
    event.preventDefault()
    const isDone = await saving.run(() =>
      call(calls.changeHost, { params: { id: props.host.id }, body: { tags: tags() } }),
    )
    if (!isDone) return
    toast(t('tags.saved', props.host.name))
    props.onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={t('tags.title', props.host.name)}
      description={t('tags.text')}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={t('tags.label')}
          hint={t('tags.hint')}
          value={text()}
          onValue={(next) => {
            setText(next)
            saving.clear()
          }}
          error={saving.errorUnder('tags')}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
        />
        <Show when={offered().length > 0}>
          <fieldset class="tag-offers" aria-label={t('tags.offered')}>
            <For each={offered()}>
              {(tag) => (
                <button type="button" class="tag-offer" onClick={() => setText([...tags(), tag].join(', '))}>
                  + {tag}
                </button>
              )}
            </For>
          </fieldset>
        </Show>
        <Show when={saving.error()}>{(message) => <Banner kind="fault">{message()}</Banner>}</Show>
        <div class="dialog-foot">
          <Button onClick={props.onClose}>{t('dialog.cancel')}</Button>
          <Button type="submit" look="primary" isBusy={saving.isBusy()}>
            {t('form.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
