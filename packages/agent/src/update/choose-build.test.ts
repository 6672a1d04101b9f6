import { expect, test } from 'bun:test'
import { chooseBuild, confirmed, TRIAL_STARTS, withoutCurrent } from './choose-build.ts'
import { EMPTY_STATE, parseUpdateState, type UpdateState } from './update-state.ts'

const OLD = { version: '0.2.0', sha256: 'a'.repeat(64) }
const NEW = { version: '0.3.0', sha256: 'b'.repeat(64) }
const onTrial = (starts: number): UpdateState => ({
  ...EMPTY_STATE,
  current: OLD,
  trial: { ...NEW, from: OLD.version, starts },
})

test('without builds the installed program runs itself', () => {
  expect(chooseBuild(EMPTY_STATE, '0.1.0')).toEqual({ run: 'itself', state: EMPTY_STATE })
})

test('a new build is started so often and no more, each start counted; then the one before is back for good', () => {
  let state = onTrial(0)
  for (let start = 1; start <= TRIAL_STARTS; start += 1) {
    const choice = chooseBuild(state, '0.1.0')
    expect(choice.run).toEqual({ ...NEW, isTrial: true })
    state = choice.state
    expect(state.trial?.starts).toBe(start)
  }
  const { run, state: after } = chooseBuild(state, '0.1.0')
  expect(run).toEqual({ ...OLD, isTrial: false })
  expect(after).toMatchObject({ trial: null, current: OLD, failed: [NEW] })
  expect(after.news).toMatchObject([{ state: 'rolled-back', from: OLD.version, to: NEW.version }])
})

test('an answer from the hub makes the new build the one that runs', () => {
  const { state } = chooseBuild(onTrial(0), '0.1.0')
  expect(confirmed(state)).toEqual({ ...EMPTY_STATE, current: NEW })
  expect(chooseBuild(confirmed(state), '0.1.0').run).toEqual({ ...NEW, isTrial: false })
})

test.each(['0.3.0', '0.4.0'])(
  'builds not newer than the installed program, %s, are never run, and forgotten',
  (own) => {
    const { run, state } = chooseBuild(onTrial(1), own)
    expect(run).toBe('itself')
    expect(state).toEqual(EMPTY_STATE)
  },
)

test('a build that cannot be started any more gives way to the installed program, and is told of', () => {
  const state = withoutCurrent({ ...EMPTY_STATE, current: OLD }, '0.1.0', 'it is damaged')
  expect(chooseBuild(state, '0.1.0').run).toBe('itself')
  expect(state.failed).toEqual([OLD])
  expect(state.news).toMatchObject([{ state: 'rolled-back', to: '0.2.0', reason: 'it is damaged' }])
})

test('of a state that is damaged only what is sound counts', () => {
  for (const text of [
    'null',
    '[]',
    '1',
    '{}',
    '{"current":{"version":1},"trial":{"version":"1"},"failed":4}',
  ])
    expect(parseUpdateState(text)).toEqual(EMPTY_STATE)
  const half = { ...onTrial(2), trial: { ...NEW, from: '0.2.0' }, news: [{ state: 'odd' }, null] }
  expect(parseUpdateState(JSON.stringify(half))).toEqual({ ...EMPTY_STATE, current: OLD })
  expect(parseUpdateState(JSON.stringify(onTrial(2)))).toEqual(onTrial(2))
})
