import { For, type JSX } from 'solid-js'
import { Skeleton } from '../../../components/skeleton.tsx'
import { t } from '../../../i18n/t.ts'

/** Rows on their way, as high as the rows that come. */
export function ListSkeleton(props: { rows?: number; height?: string }): JSX.Element {
  return (
    <div aria-busy="true">
      <span class="visually-hidden" role="status">
        {t('app.loading')}
      </span>
      <div class="list-skeleton" aria-hidden="true">
        <For each={[...Array(props.rows ?? 6).keys()]}>
          {() => <Skeleton height={props.height ?? '44px'} />}
        </For>
      </div>
    </div>
  )
}
