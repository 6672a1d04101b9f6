import { createSignal, createUniqueId, type JSX } from 'solid-js'
import { t } from '../i18n/t.ts'
import { Icon } from './icon.tsx'

/** An explanation behind a small mark: shows on hover, on focus and on tap, and goes with Escape. */
export function Tooltip(props: { about: string; children: JSX.Element }): JSX.Element {
  const id = createUniqueId()
  const [isPinned, setPinned] = createSignal(false)
  const [isNear, setNear] = createSignal(false)
  const isOpen = () => isPinned() || isNear()
  const close = () => {
    setPinned(false)
    setNear(false)
  }
  return (
    <span class="tooltip" classList={{ open: isOpen() }}>
      <button
        type="button"
        class="tooltip-trigger"
        aria-label={t('hint.more', props.about)}
        aria-expanded={isOpen()}
        aria-describedby={id}
        onPointerEnter={(event) => event.pointerType === 'mouse' && setNear(true)}
        onPointerLeave={() => setNear(false)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
        onClick={() => setPinned(!isPinned())}
        onFocus={(event) => event.currentTarget.matches(':focus-visible') && setNear(true)}
        onBlur={close}
      >
        <Icon name="info" size={14} />
      </button>
      <span class="tooltip-text" role="tooltip" id={id}>
        {props.children}
      </span>
    </span>
  )
}
