import { createSignal, For, type JSX } from 'solid-js'
import { Icon } from './icon.tsx'

interface Toast {
  id: number
  text: string
  kind: 'done' | 'fault'
}

const SHOWN_MS = 5_000
const [toasts, setToasts] = createSignal<readonly Toast[]>([])
let lastId = 0

/** Says something in passing. Never the only place where a fault shows. */
export function toast(text: string, kind: Toast['kind'] = 'done'): void {
  lastId += 1
  const id = lastId
  setToasts((all) => [...all.slice(-2), { id, text, kind }])
  setTimeout(() => setToasts((all) => all.filter((one) => one.id !== id)), SHOWN_MS)
}

/** Where toasts appear; stands in the page from the start so that screen readers know it. */
export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      <For each={toasts()}>
        {(one) => (
          <div class={`toast ${one.kind}`}>
            <Icon name={one.kind === 'done' ? 'check' : 'warning'} />
            {one.text}
          </div>
        )}
      </For>
    </div>
  )
}
