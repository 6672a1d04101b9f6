import { type JSX, Show } from 'solid-js'
import { Button } from '../../../components/button.tsx'
import { ta } from '../../../i18n/ta.ts'
import { Segments } from '../shared/segments.tsx'
import { SelectorList } from '../shared/selector-list.tsx'
import type { Editing } from './editing.ts'
import { isHubState } from './state-choices.ts'

/** Where a rule looks: everywhere or on some hosts, and not on others. */
export function ScopeFields(props: { editing: Editing }): JSX.Element {
  const { editing } = props
  const draft = editing.draft
  const isHub = () => draft().kind === 'state' && isHubState(draft().state)
  return (
    <Show when={!isHub()}>
      <section class="editor-card" aria-labelledby="editor-scope">
        <h3 id="editor-scope">{ta('scope.title')}</h3>
        <Segments
          label={ta('scope.which')}
          choices={[
            { value: 'all', text: ta('scope.all') },
            { value: 'some', text: ta('scope.some') },
          ]}
          value={draft().isEverywhere ? 'all' : 'some'}
          onValue={(which) =>
            editing.change({
              isEverywhere: which === 'all',
              hosts:
                which === 'some' && draft().hosts.length === 0 ? [{ by: 'name', glob: '*' }] : draft().hosts,
            })
          }
          isLabelHidden
        />
        <Show when={!draft().isEverywhere}>
          <SelectorList
            label={ta('scope.some')}
            value={draft().hosts}
            onValue={(hosts) => editing.change({ hosts })}
            error={editing.faultAt('scope.hosts')}
          />
        </Show>
        <Show
          when={draft().except.length > 0}
          fallback={
            <Button
              look="ghost"
              icon="plus"
              class="editor-add"
              onClick={() => editing.change({ except: [{ by: 'name', glob: '' }] })}
            >
              {ta('scope.addExcept')}
            </Button>
          }
        >
          <div class="field">
            <span class="label">{ta('scope.except')}</span>
            <SelectorList
              label={ta('scope.except')}
              value={draft().except}
              onValue={(except) => editing.change({ except })}
              error={editing.faultAt('scope.except')}
            />
          </div>
        </Show>
      </section>
    </Show>
  )
}
