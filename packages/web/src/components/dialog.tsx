import { Dialog as Base } from '@kobalte/core/dialog'
import { type JSX, onCleanup, Show } from 'solid-js'
import { t } from '../i18n/t.ts'
import { IconButton } from './button.tsx'

export interface DialogProps {
  isOpen: boolean
  onClose: () => void
  title: string
  description?: string
  /** False while closing would lose something the user cannot get back. */
  closesOutside?: boolean
  size?: 'small' | 'medium'
  /** A class of its own for a dialog that looks unlike the others. */
  look?: string
  children: JSX.Element
}

/** A modal: focus begins in the first field, stays inside and returns to where it was; Escape closes. */
export function Dialog(props: DialogProps): JSX.Element {
  let content: HTMLElement | undefined
  // The base gives focus back to a trigger of its own only; these dialogs are opened by buttons, menus and keys.
  const before = document.activeElement
  const path = window.location.pathname
  onCleanup(() =>
    setTimeout(() => {
      const isNowhere = document.activeElement === null || document.activeElement === document.body
      const isSamePage = window.location.pathname === path
      if (isNowhere && isSamePage && before instanceof HTMLElement && before.isConnected) before.focus()
    }),
  )
  const beginInField = (event: Event) => {
    const field = content?.querySelector('input')
    if (!field) return
    event.preventDefault()
    field.focus()
    field.select()
  }
  return (
    <Base open={props.isOpen} onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Base.Portal>
        <Base.Overlay class="dialog-backdrop" />
        <div class="dialog-place">
          <Base.Content
            ref={(element: HTMLElement) => {
              content = element
            }}
            onOpenAutoFocus={beginInField}
            class={`dialog ${props.size ?? 'small'} ${props.look ?? ''}`}
            onInteractOutside={(event) => props.closesOutside === false && event.preventDefault()}
          >
            <header class="dialog-head">
              <Base.Title class="dialog-title">{props.title}</Base.Title>
              <IconButton icon="close" label={t('dialog.close')} onClick={() => props.onClose()} />
            </header>
            <Show when={props.description}>
              <Base.Description class="dialog-description">{props.description}</Base.Description>
            </Show>
            {props.children}
          </Base.Content>
        </div>
      </Base.Portal>
    </Base>
  )
}
