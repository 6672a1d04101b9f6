import type { RuleSpec } from '@lumen/protocol/http/alerts/rule'
import { type Accessor, createMemo, createSignal } from 'solid-js'
import { ta } from '../../../i18n/ta.ts'
import { suggestedName } from '../shared/words.ts'
import { type DraftFault, draftOf, type RuleDraft, readDraft } from './rule-draft.ts'

export interface FieldFault {
  path: string
  message: string
}

/** A rule under the pen: the draft, what it says, and what is wrong where. */
export interface Editing {
  draft: Accessor<RuleDraft>
  change: (part: Partial<RuleDraft>) => void
  set: (draft: RuleDraft) => void
  spec: Accessor<RuleSpec>
  /** What can be read is complete. */
  isReadable: Accessor<boolean>
  isChanged: Accessor<boolean>
  /** What is wrong at a path of the rule or below it. */
  faultAt: (path: string) => string | undefined
  /** What the hub found wrong. */
  setRefused: (faults: readonly FieldFault[]) => void
  /** What is missing is told from now on too: somebody wanted to save. */
  insist: () => void
  isInsisting: Accessor<boolean>
}

export function createEditing(spec: RuleSpec | undefined): Editing {
  const first = draftOf(spec)
  const [draft, setDraft] = createSignal(first)
  const [refused, setRefused] = createSignal<readonly FieldFault[]>([])
  const [isInsisting, setInsisting] = createSignal(false)
  const read = createMemo(() => {
    const { spec: unnamed } = readDraft(draft(), '-')
    return readDraft(draft(), suggestedName(unnamed.condition).slice(0, 128))
  })
  const words = (fault: DraftFault) => ta(`fault.${fault}`)
  const faultAt = (path: string): string | undefined => {
    const isAt = (other: string) => other === path || other.startsWith(`${path}.`)
    for (const [other, fault] of Object.entries(read().faults)) {
      if (isAt(other) && (fault === 'number' || isInsisting())) return words(fault)
    }
    return refused().find((one) => isAt(one.path))?.message
  }
  const set = (next: RuleDraft) => {
    setDraft(next)
    setRefused([])
  }
  return {
    draft,
    change: (part) => set({ ...draft(), ...part }),
    set,
    spec: () => read().spec,
    isReadable: () => Object.keys(read().faults).length === 0,
    isChanged: createMemo(() => JSON.stringify(draft()) !== JSON.stringify(first)),
    faultAt,
    setRefused: (faults) => setRefused(faults),
    insist: () => setInsisting(true),
    isInsisting,
  }
}
