import { type JSX, Show } from 'solid-js'
import { CopyBox } from '../../../components/copy-box.tsx'
import { ts } from '../../../i18n/ts.ts'
import { restoreCommand } from './schedule-draft.ts'

/** How the newest backup becomes a hub again. */
export function RestoreHelp(props: { directory: string; file: string; isEncrypted: boolean }): JSX.Element {
  return (
    <section class="restore-help" aria-labelledby="restore-heading">
      <h3 id="restore-heading">{ts('backups.restore')}</h3>
      <p class="dim">
        {ts('backups.restoreText')} <Show when={props.isEncrypted}>{ts('backups.restoreEncrypted')}</Show>
      </p>
      <CopyBox label={ts('backups.restoreCommand')} text={restoreCommand(props.directory, props.file)} />
    </section>
  )
}
