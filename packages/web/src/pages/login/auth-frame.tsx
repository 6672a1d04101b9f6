import type { JSX } from 'solid-js'
import { Mark } from '../../components/icon.tsx'

/** What surrounds the pages before somebody is logged in. */
export function AuthFrame(props: { title: string; text?: string; children: JSX.Element }): JSX.Element {
  return (
    <main id="main" class="auth">
      <div class="auth-box">
        <Mark size={40} />
        <h1 tabIndex={-1}>{props.title}</h1>
        {props.text === undefined ? null : <p class="dim">{props.text}</p>}
        {props.children}
      </div>
    </main>
  )
}
