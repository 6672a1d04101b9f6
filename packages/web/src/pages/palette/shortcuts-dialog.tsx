import { For } from 'solid-js'
import { Dialog } from '../../components/dialog.tsx'
import { tp } from '../../i18n/tp.ts'

const ROWS = [
  ['keys.palette', ['Ctrl', 'K']],
  ['keys.search', ['/']],
  ['keys.fleet', ['g', 'f']],
  ['keys.alerts', ['g', 'a']],
  ['keys.containers', ['g', 'c']],
  ['keys.settings', ['g', 's']],
  ['keys.move', ['←', '→']],
  ['keys.zoom', ['+', '−']],
  ['keys.live', ['0']],
  ['keys.help', ['?']],
  ['keys.close', ['Esc']],
] as const

export default function ShortcutsDialog(props: { onClose: () => void }) {
  return (
    <Dialog isOpen onClose={props.onClose} title={tp('keys.title')}>
      <dl class="shortcuts">
        <For each={ROWS}>
          {([what, keys]) => (
            <div>
              <dt>{tp(what)}</dt>
              <dd>
                <For each={keys}>{(key) => <kbd>{key}</kbd>}</For>
              </dd>
            </div>
          )}
        </For>
      </dl>
    </Dialog>
  )
}
