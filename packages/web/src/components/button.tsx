import { type JSX, Show, splitProps } from 'solid-js'
import { Icon, type IconName } from './icon.tsx'

type Native = JSX.ButtonHTMLAttributes<HTMLButtonElement>

export interface ButtonProps extends Native {
  look?: 'primary' | 'plain' | 'ghost' | 'danger'
  icon?: IconName
  /** Something is under way: the button keeps its size and takes no clicks. */
  isBusy?: boolean
}

export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ['look', 'icon', 'isBusy', 'children', 'class', 'disabled'])
  return (
    <button
      type="button"
      {...rest}
      class={`button ${own.look ?? 'plain'} ${own.class ?? ''}`}
      disabled={own.disabled || own.isBusy}
      aria-busy={own.isBusy}
    >
      <Show when={own.icon}>{(name) => <Icon name={name()} />}</Show>
      <span>{own.children}</span>
    </button>
  )
}

/** A button that shows only an icon; `label` is its name. */
export function IconButton(props: Native & { icon: IconName; label: string }): JSX.Element {
  const [own, rest] = splitProps(props, ['icon', 'label', 'class'])
  return (
    <button
      type="button"
      {...rest}
      class={`icon-button ${own.class ?? ''}`}
      aria-label={own.label}
      title={own.label}
    >
      <Icon name={own.icon} />
    </button>
  )
}
