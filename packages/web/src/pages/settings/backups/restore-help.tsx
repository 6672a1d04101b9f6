import { type JSX, Show } from 'solid-js'
import { CopyBox } from '../../../components/copy-box.tsx'
import { t } from '../../../i18n/t.ts'
import { restoreCommand } from './schedule-draft.ts'

/** How the newest backup becomes a hub again. */
export function RestoreHelp(props: { directory: string; file: string; isEncrypted: boolean }): JSX.Element {
  return (
    <section class="restore-help" aria-labelledby="restore-heading">
      <h3 id="restore-heading">{t('backups.restore')}</h3>
      <p class="dim">
        {t('backups.restoreText')} <Show when={props.isEncrypted}>{t('backups.restoreEncrypted')}</Show>
      </p>
      <CopyBox label={t('backups.restoreCommand')} text={restoreCommand(props.directory, props.file)} />
    </section>
  )
}
