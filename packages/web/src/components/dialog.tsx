import { Dialog as Base } from '@kobalte/core/dialog'
import { type JSX, Show } from 'solid-js'
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

/** A modal: focus stays inside and returns to where it was, Escape closes. */
export function Dialog(props: DialogProps): JSX.Element {
  return (
    <Base open={props.isOpen} onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Base.Portal>
        <Base.Overlay class="dialog-backdrop" />
        <div class="dialog-place">
          <Base.Content
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
