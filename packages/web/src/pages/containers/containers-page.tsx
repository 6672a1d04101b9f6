import '../../styles/list-head.css'
import './containers.css'
import { createMemo, createSignal, For, type JSX, Match, Show, Switch } from 'solid-js'
import { calls } from '../../api/calls.ts'
import { call } from '../../api/client.ts'
import { createPolled } from '../../api/polled.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { t } from '../../i18n/t.ts'
import { tk } from '../../i18n/tk.ts'
import { createHeldOrder } from '../../live/held-order.ts'
import { useFleet } from '../../live/live.ts'
import { useNow } from '../../live/ticker.ts'
import { createQueryState } from '../../router.ts'
import { useTitle } from '../../title.ts'
import { arrange, figuresOf, rowsOf, SORTS, type Sort } from './arrange.ts'
import { ContainerTable } from './container-table.tsx'
import { ContainersHeader } from './containers-header.tsx'
import { NoContainers } from './no-containers.tsx'
import { GROUPS, type Group } from './standing.ts'

/** As often as agents push; a large fleet on a small hub is asked as much less often as its answer takes. */
const EVERY_MS = 5_000
const PAUSE_FACTOR = 30

/** All containers of the fleet: is one in trouble, where, and what does it take. */
export default function ContainersPage(): JSX.Element {
  const fleet = useFleet()
  const now = useNow()
  const [search, setSearch] = createQueryState<string>('q', '')
  const [group, setGroup] = createQueryState<Group | ''>('state', '', {
    isValid: (text) => GROUPS.some((known) => known === text),
  })
  const [sort, setSort] = createQueryState<Sort>('sort', 'trouble', {
    isValid: (text) => SORTS.some((known) => known === text),
  })
  const [isPointed, setPointed] = createSignal(false)
  const [isFocused, setFocused] = createSignal(false)
  let tookMs = 0
  const polled = createPolled(
    async (signal) => {
      const begin = performance.now()
      const answer = await call(calls.listContainers, undefined, signal)
      tookMs = performance.now() - begin
      return answer
    },
    () => Math.max(EVERY_MS, tookMs * PAUSE_FACTOR),
  )
  // The hosts' numbers change all the time; their names and states, which count here, do not.
  const hosts = createMemo(
    () => new Map((fleet.all() ?? []).map(({ id, name, state }) => [id, { name, state }])),
    new Map(),
    { equals: sameHosts },
  )
  const rows = createMemo(() => rowsOf(polled.data()?.hosts ?? [], (id) => hosts().get(id)))
  const figures = createMemo(() => figuresOf(rows()))
  const wish = createMemo(() => ({ search: search(), group: group() || null, sort: sort() }))
  const ids = createHeldOrder({
    wish,
    data: rows,
    isHeld: () => isPointed() || isFocused(),
    arrange: () => arrange(rows(), wish()),
    members: () => Array.from(rows().values(), ({ id, standing }) => id + standing).join(),
    has: (id) => rows().has(id),
    isRestless: () => sort() !== 'name' && sort() !== 'host',
  })
  const isLoaded = () => polled.data() !== undefined && fleet.ids() !== undefined
  const clear = () => {
    setSearch('')
    setGroup('')
  }
  useTitle(() => t('containers.title'))

  return (
    <div class="page containers">
      <Show when={polled.error()}>
        {(error) => (
          <Banner
            kind="fault"
            action={<Button onClick={() => void polled.refresh()}>{t('error.retry')}</Button>}
          >
            {tk('containers.loadFailed')} {error().message}
          </Banner>
        )}
      </Show>
      <Switch fallback={<Show when={polled.error() === undefined}>{<ContainersSkeleton />}</Show>}>
        <Match when={isLoaded() && rows().size === 0}>
          <h1 tabIndex={-1} class="visually-hidden">
            {t('containers.title')}
          </h1>
          <NoContainers />
        </Match>
        <Match when={isLoaded()}>
          <ContainersHeader
            figures={figures()}
            group={group() || null}
            onGroup={(next) => setGroup(next ?? '')}
          />
          <div class="toolbar">
            <SearchBox label={tk('containers.search')} value={search()} onInput={setSearch} />
            <label class="sort">
              <span class="visually-hidden">{tk('containers.sort')}</span>
              <select
                class="select"
                value={sort()}
                onChange={(event) => setSort(event.currentTarget.value as Sort)}
              >
                <For each={SORTS}>{(one) => <option value={one}>{tk(`containers.sort.${one}`)}</option>}</For>
              </select>
            </label>
          </div>
          <Show
            when={ids().length > 0}
            fallback={
              <EmptyState title={tk('containers.noMatch')}>
                <Button onClick={clear}>{tk('containers.clear')}</Button>
              </EmptyState>
            }
          >
            <section
              aria-label={t('containers.title')}
              onPointerEnter={(event) => setPointed(event.pointerType === 'mouse')}
              onPointerLeave={() => setPointed(false)}
              onFocusIn={() => setFocused(true)}
              onFocusOut={(event) =>
                setFocused(event.currentTarget.contains(event.relatedTarget as Node | null))
              }
            >
              <ContainerTable
                ids={ids()}
                row={(id) => rows().get(id)}
                now={now}
                sort={sort()}
                onSort={setSort}
              />
            </section>
          </Show>
        </Match>
      </Switch>
    </div>
  )
}

type KnownHosts = ReadonlyMap<number, { name: string; state: string }>

function sameHosts(a: KnownHosts, b: KnownHosts): boolean {
  if (a.size !== b.size) return false
  for (const [id, { name, state }] of a) {
    const other = b.get(id)
    if (other?.name !== name || other.state !== state) return false
  }
  return true
}

/** The page's layout before the first answer, with the same heights. */
function ContainersSkeleton(): JSX.Element {
  return (
    <div aria-busy="true">
      <div class="list-head">
        <h1 tabIndex={-1}>{t('containers.title')}</h1>
        <Skeleton width="280px" height="28px" />
      </div>
      <div class="toolbar">
        <Skeleton height="36px" class="search" />
      </div>
      <span class="visually-hidden" role="status">
        {t('app.loading')}
      </span>
      <div class="container-skeleton" aria-hidden="true">
        <For each={[...Array(10).keys()]}>{() => <Skeleton height="20px" />}</For>
      </div>
    </div>
  )
}
