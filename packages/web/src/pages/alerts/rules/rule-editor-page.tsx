import '../rules/editor.css'
import type { Rule, RuleSpec } from '@lumen/protocol/http/alerts/rule'
import type { Channel } from '@lumen/protocol/http/channels'
import { createResource, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { Banner } from '../../../components/banner.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ta } from '../../../i18n/ta.ts'
import { location } from '../../../router.ts'
import { ListSkeleton } from '../shared/list-skeleton.tsx'
import { LoadFault } from '../shared/load-fault.tsx'
import { RuleEditor } from './rule-editor.tsx'

interface Start {
  rule: Rule | undefined
  spec: RuleSpec | undefined
  channels: readonly Channel[]
}

/** `/alerts/rules/new` (with `?from=ID` a copy of another) and `/alerts/rules/:id`. */
export default function RuleEditorPage(props: { item: string }): JSX.Element {
  const from = location().query.get('from')
  const id = props.item === 'new' ? null : Number(props.item)
  const [start, { refetch }] = createResource(async (): Promise<Start | 'gone'> => {
    const [{ rules }, { channels }] = await Promise.all([
      call(alertCalls.listRules),
      call(alertCalls.listChannels),
    ])
    const find = (wanted: number) => rules.find((rule) => rule.id === wanted)
    if (id !== null) {
      const rule = find(id)
      return rule === undefined ? 'gone' : { rule, spec: rule.spec, channels }
    }
    const model = from === null ? undefined : find(Number(from))
    const spec = model && { ...model.spec, name: ta('editor.copyOf', model.spec.name) }
    return { rule: undefined, spec, channels }
  })
  const ready = () => {
    const known = start.error === undefined ? start.latest : undefined
    return known === undefined || known === 'gone' ? undefined : known
  }
  return (
    <Switch fallback={<ListSkeleton rows={4} height="150px" />}>
      <Match when={start.error}>
        {(error) => <LoadFault title={ta('editor.failed')} error={error()} onRetry={() => void refetch()} />}
      </Match>
      <Match when={start.latest === 'gone'}>
        <EmptyState title={ta('editor.gone')} text={ta('editor.goneText')}>
          <a href="/alerts/rules">{ta('editor.back')}</a>
        </EmptyState>
      </Match>
      <Match when={ready()}>
        {(known) => (
          <>
            <Show when={known().rule?.held}>
              {(held) => (
                <Banner kind="warn">
                  <strong>{ta('rules.heldTitle', held())}</strong> {ta('rules.heldText')}
                </Banner>
              )}
            </Show>
            <RuleEditor rule={known().rule} spec={known().spec} channels={known().channels} />
          </>
        )}
      </Match>
    </Switch>
  )
}
