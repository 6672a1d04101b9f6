import { t } from '../../i18n/t.ts'
import { useTitle } from '../../title.ts'

export default function HostPage(props: { id: number }) {
  useTitle(() => t('host.title'))
  return (
    <h1 tabIndex={-1}>
      {t('host.title')} {props.id}
    </h1>
  )
}
