import { For, type JSX } from 'solid-js'
import { Skeleton } from '../../../components/skeleton.tsx'

/** Three tiers and the kinds, in the places where they will be. */
export function RetentionSkeleton(): JSX.Element {
  return (
    <div class="retention-form" aria-busy="true">
      <div class="retention-tiers">
        <For each={[0, 1, 2]}>{() => <Skeleton height="56px" />}</For>
      </div>
      <Skeleton height="20px" width="50%" />
      <Skeleton height="420px" />
    </div>
  )
}
