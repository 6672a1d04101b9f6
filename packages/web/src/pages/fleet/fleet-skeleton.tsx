import { For, type JSX } from 'solid-js'
import { Skeleton } from '../../components/skeleton.tsx'
import { t } from '../../i18n/t.ts'

const CARDS = [...Array(8).keys()]

/** The page's layout before the first snapshot, with the same heights. */
export function FleetSkeleton(): JSX.Element {
  return (
    <div aria-busy="true">
      <div class="fleet-head">
        <div class="fleet-title">
          <h1 tabIndex={-1}>{t('fleet.title')}</h1>
          <Skeleton width="280px" height="28px" />
        </div>
      </div>
      <div class="toolbar">
        <Skeleton height="36px" class="search" />
      </div>
      <span class="visually-hidden" role="status">
        {t('app.loading')}
      </span>
      <ul class="cards" aria-hidden="true">
        <For each={CARDS}>
          {() => (
            <li class="card-slot">
              <div class="card">
                <Skeleton width="55%" height="20px" />
                <Skeleton width="75%" height="14px" />
                <Skeleton height="40px" />
                <Skeleton height="14px" />
                <Skeleton height="14px" />
                <Skeleton height="14px" />
              </div>
            </li>
          )}
        </For>
      </ul>
    </div>
  )
}
