import '../../styles/list-head.css'
import './host-table.css'
import './fleet.css'
import { createMemo, createSignal, For, Index, type JSX, lazy, Match, Show, Switch } from 'solid-js'
import { Button, IconButton } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Mark } from '../../components/icon.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import type { HostState } from '../../components/state-badge.tsx'
import { t } from '../../i18n/t.ts'
import { useFleet } from '../../live/live.ts'
import { useNow } from '../../live/ticker.ts'
import { createRemembered } from '../../remembered.ts'
import { createQueryState } from '../../router.ts'
import { useTitle } from '../../title.ts'
import { figuresOf, SORTS, type Sort } from './arrange.ts'
import { FleetHeader } from './fleet-header.tsx'
import { FleetSkeleton } from './fleet-skeleton.tsx'
import { groupByTag } from './groups.ts'
import { HostCard } from './host-card.tsx'
import { HostTable } from './host-table.tsx'
import { createOrder } from './order.ts'

const AddHostDialog = lazy(() => import('../settings/add-host-dialog.tsx'))

const STATES: readonly string[] = ['up', 'stale', 'down', 'waiting']

export default function FleetPage(): JSX.Element {
  const fleet = useFleet()
  const now = useNow()
  const [search, setSearch] = createQueryState<string>('q', '')
  const [state, setState] = createQueryState<HostState | ''>('state', '', {
    isValid: (text) => STATES.includes(text),
  })
  const [tag, setTag] = createQueryState<string>('tag', '')
  const [group, setGroup] = createQueryState<'none' | 'tag'>('group', 'none', {
    isValid: (text) => text === 'tag',
  })
  const [sort, setSort] = createQueryState<Sort>('sort', 'trouble', {
    isValid: (text) => SORTS.some((known) => known === text),
  })
  const [view, setView] = createRemembered('fleet.view', ['cards', 'table'], 'cards')
  const [isPointed, setPointed] = createSignal(false)
  const [isFocused, setFocused] = createSignal(false)
  const isHeld = () => isPointed() || isFocused()
  const [isAdding, setAdding] = createSignal(false)

  const all = () => fleet.all()
  const wish = createMemo(() => ({ search: search(), state: state() || null, tag: tag(), sort: sort() }))
  const ids = createOrder(all, wish, isHeld)
  const figures = createMemo(() => figuresOf(all() ?? []))
  const clear = () => {
    setSearch('')
    setState('')
    setTag('')
  }
  const tags = createMemo(() => [...new Set((all() ?? []).flatMap((host) => host.tags))].sort(), [], {
    equals: (a, b) => a.join() === b.join(),
  })
  const groups = createMemo(() =>
    group() === 'tag' ? groupByTag(ids(), (id) => fleet.host(id)?.tags ?? []) : [],
  )
  const List = (shown: { ids: readonly number[] }) => (
    <Show
      when={view() === 'table'}
      fallback={
        <ul class="cards">
          <For each={shown.ids}>{(id) => <HostCard host={() => fleet.host(id)} now={now} />}</For>
        </ul>
      }
    >
      <HostTable ids={shown.ids} host={(id) => fleet.host(id)} now={now} sort={sort()} onSort={setSort} />
    </Show>
  )
  useTitle(() => t('fleet.title'))

  return (
    <div class="page fleet">
      <Switch fallback={<FleetSkeleton />}>
        <Match when={fleet.ids()?.length === 0}>
          <h1 tabIndex={-1} class="visually-hidden">
            {t('fleet.title')}
          </h1>
          <EmptyState title={t('fleet.empty')} text={t('fleet.emptyText')} art={<Mark size={56} />}>
            <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
              {t('hosts.add')}
            </Button>
          </EmptyState>
        </Match>
        <Match when={fleet.ids() !== undefined}>
          <FleetHeader figures={figures()} state={state() || null} onState={(next) => setState(next ?? '')} />
          <div class="toolbar">
            <SearchBox label={t('fleet.search')} value={search()} onInput={setSearch} />
            <label class="sort">
              <span class="visually-hidden">{t('fleet.sort')}</span>
              <select
                class="select"
                value={sort()}
                onChange={(event) => setSort(event.currentTarget.value as Sort)}
              >
                <For each={SORTS}>{(one) => <option value={one}>{t(`fleet.sort.${one}`)}</option>}</For>
              </select>
            </label>
            <Show when={tags().length > 0}>
              <label>
                <span class="visually-hidden">{t('fleet.tag')}</span>
                <select class="select" onChange={(event) => setTag(event.currentTarget.value)}>
                  <option value="" selected={tag() === ''}>
                    {t('fleet.allTags')}
                  </option>
                  <For each={tags()}>
                    {(one) => (
                      <option value={one} selected={one === tag()}>
                        {one}
                      </option>
                    )}
                  </For>
                </select>
              </label>
              <label>
                <span class="visually-hidden">{t('fleet.group')}</span>
                <select
                  class="select"
                  value={group()}
                  onChange={(event) => setGroup(event.currentTarget.value as 'none' | 'tag')}
                >
                  <option value="none">{t('fleet.groupNone')}</option>
                  <option value="tag">{t('fleet.groupTag')}</option>
                </select>
              </label>
            </Show>
            <fieldset class="view-switch" aria-label={t('fleet.view')}>
              <IconButton
                icon="cards"
                label={t('fleet.viewCards')}
                aria-pressed={view() === 'cards'}
                onClick={() => setView('cards')}
              />
              <IconButton
                icon="rows"
                label={t('fleet.viewTable')}
                aria-pressed={view() === 'table'}
                onClick={() => setView('table')}
              />
            </fieldset>
            <Button icon="plus" class="add" onClick={() => setAdding(true)}>
              {t('hosts.add')}
            </Button>
          </div>
          <Show
            when={ids().length > 0}
            fallback={
              <EmptyState title={t('fleet.noMatch')}>
                <Button onClick={clear}>{t('fleet.clear')}</Button>
              </EmptyState>
            }
          >
            <section
              aria-label={t('fleet.hosts')}
              onPointerEnter={(event) => setPointed(event.pointerType === 'mouse')}
              onPointerLeave={() => setPointed(false)}
              onFocusIn={() => setFocused(true)}
              onFocusOut={(event) =>
                setFocused(event.currentTarget.contains(event.relatedTarget as Node | null))
              }
            >
              <Show when={group() === 'tag'} fallback={<List ids={ids()} />}>
                <Index each={groups()}>
                  {(one) => (
                    <section class="fleet-group">
                      <h2>
                        {one().tag ?? t('fleet.untagged')} <span class="dim">{one().ids.length}</span>
                      </h2>
                      <List ids={one().ids} />
                    </section>
                  )}
                </Index>
              </Show>
            </section>
          </Show>
        </Match>
      </Switch>
      <Show when={isAdding()}>
        <AddHostDialog onClose={() => setAdding(false)} />
      </Show>
    </div>
  )
}
