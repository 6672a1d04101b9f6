import type { JSX } from 'solid-js'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { t } from '../../../i18n/t.ts'

/** In place of a list that could not be loaded. */
export function LoadFault(props: {
  title: string
  error: { message: string }
  onRetry: () => void
}): JSX.Element {
  return (
    <EmptyState title={props.title} text={props.error.message}>
      <Button look="primary" onClick={() => props.onRetry()}>
        {t('error.retry')}
      </Button>
    </EmptyState>
  )
}
