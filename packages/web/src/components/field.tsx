import {
  createEffect,
  createSignal,
  createUniqueId,
  type JSX,
  on,
  onCleanup,
  Show,
  splitProps,
} from 'solid-js'
import { t } from '../i18n/t.ts'

export interface FieldProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput'> {
  label: string
  value: string
  onValue: (value: string) => void
  hint?: string | undefined
  error?: string | undefined
  inputRef?: (element: HTMLInputElement) => void
}

/** A labelled line of text. Hint and error are tied to it, so that they are read out with it. A password gets a
 * button that shows it. */
export function Field(props: FieldProps): JSX.Element {
  const [own, rest] = splitProps(props, [
    'label',
    'value',
    'onValue',
    'hint',
    'error',
    'inputRef',
    'type',
    'class',
  ])
  const id = createUniqueId()
  const [isShown, setShown] = createSignal(false)
  const isPassword = () => own.type === 'password'
  const note = () => own.error ?? own.hint
  let input!: HTMLInputElement
  // Of several that are wrong, the first is where one goes on.
  createEffect(
    on(
      () => own.error,
      (error) => {
        if (error === undefined) return
        const first = input.form?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? input
        first.focus()
      },
    ),
  )
  return (
    <div class={`field ${own.class ?? ''}`} classList={{ invalid: own.error !== undefined }}>
      <label for={id}>{own.label}</label>
      <div class="field-control">
        <input
          {...rest}
          id={id}
          ref={(element) => {
            input = element
            own.inputRef?.(element)
          }}
          type={isPassword() && isShown() ? 'text' : (own.type ?? 'text')}
          value={own.value}
          onInput={(event) => own.onValue(event.currentTarget.value)}
          aria-invalid={own.error !== undefined}
          aria-describedby={note() === undefined ? undefined : `${id}-note`}
        />
        <Show when={isPassword()}>
          <button
            type="button"
            class="field-toggle"
            aria-pressed={isShown()}
            aria-label={`${isShown() ? t('field.hide') : t('field.show')} ${own.label.toLowerCase()}`}
            onClick={() => setShown(!isShown())}
          >
            {isShown() ? t('field.hide') : t('field.show')}
          </button>
        </Show>
      </div>
      <Show when={note()}>
        <p id={`${id}-note`} class="field-note" role={own.error === undefined ? undefined : 'alert'}>
          {note()}
        </p>
      </Show>
    </div>
  )
}

/** As `inputRef`: one can type at once. */
export function focusSoon(element: HTMLInputElement): void {
  const handle = requestAnimationFrame(() => element.focus())
  onCleanup(() => cancelAnimationFrame(handle))
}
