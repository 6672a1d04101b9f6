import type { Rule } from '@lumen/protocol/http/alerts/rule'
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { alertCalls } from '../../../api/alert-calls.ts'
import { call } from '../../../api/client.ts'
import { createPolled } from '../../../api/polled.ts'
import { ApiError } from '../../../api/problem.ts'
import { Banner } from '../../../components/banner.tsx'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { LevelShape } from '../../../components/level-shape.tsx'
import { Menu } from '../../../components/menu.tsx'
import { SearchBox } from '../../../components/search-box.tsx'
import { toast } from '../../../components/toast.tsx'
import { t } from '../../../i18n/t.ts'
import { ta } from '../../../i18n/ta.ts'
import { createQueryState, navigate } from '../../../router.ts'
import { useNames } from '../shared/known-names.ts'
import { ListSkeleton } from '../shared/list-skeleton.tsx'
import { LoadFault } from '../shared/load-fault.tsx'
import { Switch as OnOff } from '../shared/switch.tsx'
import { conditionText, scopeText } from '../shared/words.ts'
import { aboutText } from './about-text.ts'
import { DeleteRuleDialog } from './delete-rule-dialog.tsx'

const EVERY_MS = 10_000

/** What is watched for. */
export default function RulesView(): JSX.Element {
  const [search, setSearch] = createQueryState<string>('q', '')
  const [deleting, setDeleting] = createSignal<Rule | undefined>()
  const [busy, setBusy] = createSignal<number | null>(null)
  const polled = createPolled(
    (signal) => call(alertCalls.listRules, undefined, signal),
    () => EVERY_MS,
  )
  const rules = createMemo(() => polled.data()?.rules)
  const names = useNames(createMemo(() => new Map((rules() ?? []).map((rule) => [rule.id, rule]))))
  const textOf = (rule: Rule) => `${conditionText(rule.spec.condition)} ${scopeText(rule.spec.scope, names)}`
  const shown = createMemo(() => {
    const words = search().toLowerCase().split(/\s+/).filter(Boolean)
    return (rules() ?? [])
      .filter((rule) => {
        const text = `${rule.spec.name} ${textOf(rule)}`.toLowerCase()
        return words.every((word) => text.includes(word))
      })
      .toSorted((a, b) => b.firing - a.firing || a.spec.name.localeCompare(b.spec.name))
  })
  const ids = createMemo(() => shown().map(({ id }) => id), [], {
    equals: (a, b) => a.length === b.length && a.every((id, i) => id === b[i]),
  })
  const setEnabled = async (rule: Rule, isEnabled: boolean) => {
    setBusy(rule.id)
    try {
      await call(alertCalls.changeRule, {
        params: { id: rule.id },
        body: { ...rule.spec, is_enabled: isEnabled },
      })
      toast(ta(isEnabled ? 'rules.enabled' : 'rules.disabled', rule.spec.name))
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown
      toast(thrown.message, 'fault')
    }
    setBusy(null)
    await polled.refresh()
  }
  return (
    <div class="rules">
      <Show when={polled.error() !== undefined && rules() !== undefined && polled.error()}>
        {(error) => (
          <Banner
            kind="fault"
            action={<Button onClick={() => void polled.refresh()}>{t('error.retry')}</Button>}
          >
            {error().message}
          </Banner>
        )}
      </Show>
      <div class="toolbar">
        <SearchBox label={ta('rules.search')} value={search()} onInput={setSearch} />
        <a class="button primary add" href="/alerts/rules/new">
          {ta('rules.new')}
        </a>
      </div>
      <Switch fallback={<ListSkeleton rows={7} height="60px" />}>
        <Match when={rules() === undefined && polled.error()}>
          {(error) => (
            <LoadFault title={ta('rules.failed')} error={error()} onRetry={() => void polled.refresh()} />
          )}
        </Match>
        <Match when={rules()?.length === 0}>
          <EmptyState title={ta('rules.none')} text={ta('rules.noneText')}>
            <a class="button primary" href="/alerts/rules/new">
              {ta('rules.new')}
            </a>
          </EmptyState>
        </Match>
        <Match when={rules() !== undefined && ids().length === 0}>
          <EmptyState title={ta('rules.noMatch')}>
            <Button onClick={() => setSearch('')}>{ta('rules.clear')}</Button>
          </EmptyState>
        </Match>
        <Match when={rules()}>
          <ul class="rule-list" aria-label={ta('tab.rules')}>
            <For each={ids()}>
              {(id) => {
                const rule = () => shown().find((one) => one.id === id)
                return (
                  <Show when={rule()}>
                    {(one) => (
                      <li class="rule-row" classList={{ off: !one().spec.is_enabled }}>
                        <OnOff
                          label={ta('rules.switch', one().spec.name)}
                          isOn={one().spec.is_enabled}
                          isBusy={busy() === id}
                          onChange={(isOn) => void setEnabled(one(), isOn)}
                        />
                        <div class="rule-what">
                          <a class="rule-name" href={`/alerts/rules/${id}`}>
                            {one().spec.name}
                          </a>
                          <p class="dim">{aboutText(one().spec, names)}</p>
                        </div>
                        <p class="rule-figures">
                          <Show when={one().firing > 0}>
                            <span class="rule-firing">
                              <LevelShape standing="critical" /> {ta('rules.firing', one().firing)}
                            </span>
                          </Show>
                          <Show when={one().held > 0}>
                            <span title={ta('rules.heldText')}>
                              <LevelShape standing="warning" /> {ta('rules.held', one().held)}
                            </span>
                          </Show>
                          <span class="dim">{ta('rules.subjects', one().subjects)}</span>
                        </p>
                        <Menu
                          label={ta('rules.actionsFor', one().spec.name)}
                          items={[
                            {
                              label: ta('rules.edit'),
                              icon: 'pencil',
                              onSelect: () => navigate(`/alerts/rules/${id}`),
                            },
                            {
                              label: ta('rules.duplicate'),
                              icon: 'copy',
                              onSelect: () => navigate(`/alerts/rules/new?from=${id}`),
                            },
                            {
                              label: ta('rules.history'),
                              icon: 'clock',
                              onSelect: () => navigate(`/alerts/history?rule=${id}`),
                            },
                            {
                              label: ta('rules.delete'),
                              icon: 'trash',
                              isDanger: true,
                              onSelect: () => setDeleting(one()),
                            },
                          ]}
                        />
                      </li>
                    )}
                  </Show>
                )
              }}
            </For>
          </ul>
        </Match>
      </Switch>
      <Show when={deleting()} keyed>
        {(rule) => (
          <DeleteRuleDialog
            rule={rule}
            onClose={() => setDeleting(undefined)}
            onDeleted={() => {
              setDeleting(undefined)
              void polled.refresh()
            }}
          />
        )}
      </Show>
    </div>
  )
}
