import { createSignal, type JSX, onCleanup } from 'solid-js'
import { t } from '../i18n/t.ts'
import { Icon } from './icon.tsx'

/** Text to take away: a command or a token. Copies with one click and can be selected by hand. */
export function CopyBox(props: { label: string; text: string }): JSX.Element {
  const [isCopied, setCopied] = createSignal(false)
  let code: HTMLElement | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))

  const copy = async () => {
    const isDone = await writeClipboard(props.text, code)
    setCopied(isDone)
    clearTimeout(timer)
    timer = setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div class="copy-box">
      <pre>
        <code ref={code}>{props.text}</code>
      </pre>
      <button
        type="button"
        class="copy-button"
        onClick={copy}
        aria-label={`${t('copy.copy')}: ${props.label}`}
      >
        <Icon name={isCopied() ? 'check' : 'copy'} />
        <span aria-live="polite">{isCopied() ? t('copy.copied') : t('copy.copy')}</span>
      </button>
    </div>
  )
}

/** Plain HTTP on a LAN has no clipboard API: selects the text and lets the browser's old command take it. */
async function writeClipboard(text: string, shown: HTMLElement | undefined): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    if (shown === undefined) return false
    const range = document.createRange()
    range.selectNodeContents(shown)
    const selection = getSelection()
    selection?.removeAllRanges()
    selection?.addRange(range)
    return document.execCommand('copy')
  }
}
