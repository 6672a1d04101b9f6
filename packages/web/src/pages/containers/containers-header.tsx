import { For, type JSX } from 'solid-js'
import { formatText } from '../../format/unit.ts'
import { t } from '../../i18n/t.ts'
import { tk } from '../../i18n/tk.ts'
import type { Figures } from './arrange.ts'
import { GROUPS, type Group } from './standing.ts'
import { GroupShape } from './standing-badge.tsx'

/** How many are how, each a filter; of what is rarely there only what is. */
export function ContainersHeader(props: {
  figures: Figures
  group: Group | null
  onGroup: (group: Group | null) => void
}): JSX.Element {
  const count = (group: Group) => props.figures.counts[group]
  const groups = () =>
    GROUPS.filter(
      (group) => count(group) > 0 || group === 'trouble' || group === 'running' || group === props.group,
    )
  const total = () => GROUPS.reduce((sum, group) => sum + count(group), 0)
  return (
    <div class="list-head">
      <h1 tabIndex={-1}>{t('containers.title')}</h1>
      <fieldset class="state-filter" aria-label={tk('containers.filter')}>
        <For each={groups()}>
          {(group) => (
            <button
              type="button"
              class={`state-chip ${group}`}
              classList={{ none: count(group) === 0 }}
              aria-pressed={props.group === group}
              onClick={() => props.onGroup(props.group === group ? null : group)}
            >
              <GroupShape group={group} />
              <b>{formatText('count', count(group))}</b> {t(`group.${group}`)}
            </button>
          )}
        </For>
      </fieldset>
      <p class="list-total">{totalText(total(), props.figures.hosts)}</p>
    </div>
  )
}

/** `5,970 containers on 199 hosts`. */
function totalText(containers: number, hosts: number): string {
  return tk(
    'containers.of',
    tk('containers.count', containers, formatText('count', containers)),
    tk('containers.hosts', hosts),
  )
}
