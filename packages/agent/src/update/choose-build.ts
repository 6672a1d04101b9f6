import { isOlder } from '@lumen/std/is-older'
import type { BuildId, UpdateState } from './update-state.ts'

/** What the installed program starts: itself, or a build that replaces it. */
export interface Choice {
  run: (BuildId & { isTrial: boolean }) | 'itself'
  /** To be written before that happens. */
  state: UpdateState
}

/** Starts a new build gets to have an answer from the hub. */
export const TRIAL_STARTS = 3

/** A start of the installed program, of version `own`. Nothing older than it is ever run: where a newer one was
 * installed by hand, the builds of before are forgotten. */
export function chooseBuild(state: UpdateState, own: string): Choice {
  const { trial, current } = state
  if (trial !== null && isOlder(own, trial.version)) {
    if (trial.starts >= TRIAL_STARTS)
      return chooseBuild(withoutTrial(state, `no answer from the hub after ${trial.starts} starts`), own)
    const { version, sha256 } = trial
    const counted = { ...trial, starts: trial.starts + 1 }
    return { run: { version, sha256, isTrial: true }, state: { ...state, trial: counted } }
  }
  if (current !== null && isOlder(own, current.version))
    return { run: { ...current, isTrial: false }, state: { ...state, trial: null } }
  return { run: 'itself', state: { ...state, trial: null, current: null } }
}

/** The build on trial did not work here. */
export function withoutTrial(state: UpdateState, reason: string): UpdateState {
  const { trial, failed, news } = state
  if (trial === null) return state
  const { version, sha256, from } = trial
  return {
    ...state,
    trial: null,
    failed: [...failed, { version, sha256 }],
    news: [...news, { state: 'rolled-back', from, to: version, reason }],
  }
}

/** The build that replaced the installed program cannot be started any more; the program runs itself. */
export function withoutCurrent(state: UpdateState, own: string, reason: string): UpdateState {
  const { current, failed, news } = state
  if (current === null) return state
  return {
    ...state,
    current: null,
    failed: [...failed, current],
    news: [...news, { state: 'rolled-back', from: own, to: current.version, reason }],
  }
}

/** The hub answered the build on trial. */
export function confirmed(state: UpdateState): UpdateState {
  const { trial } = state
  if (trial === null) return state
  return { ...state, trial: null, current: { version: trial.version, sha256: trial.sha256 } }
}
