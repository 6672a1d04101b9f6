import { MIN_PASSWORD_LENGTH } from '@lumen/protocol/http/password-length'
import { type JSX, Show } from 'solid-js'
import { te } from '../i18n/te.ts'
import { Icon } from './icon.tsx'

/** What a new password has to be, ticked off while it is typed. */
export function PasswordRules(props: { password: string }): JSX.Element {
  const isMet = () => props.password.length >= MIN_PASSWORD_LENGTH
  return (
    <ul class="requirements">
      <li classList={{ met: isMet() }}>
        <Icon name={isMet() ? 'check' : 'info'} size={14} />
        {te('password.length', MIN_PASSWORD_LENGTH)}
        <Show when={isMet()}>
          <span class="visually-hidden">{te('password.met')}</span>
        </Show>
      </li>
    </ul>
  )
}
