import { describe, expect, test } from 'bun:test'
import { draftOf, isSameSchedule, readDraft, restoreCommand } from './schedule-draft.ts'

const schedule = { directory: '/mnt/nas', every_hours: 24, keep: 7 }

describe('a schedule', () => {
  test('and its form are the same thing, in days where they are whole', () => {
    expect(draftOf(schedule)).toEqual({ directory: '/mnt/nas', every: '1', unit: 'days', keep: '7' })
    expect(draftOf({ ...schedule, every_hours: 36 })).toMatchObject({ every: '36', unit: 'hours' })
    for (const every_hours of [1, 24, 36, 744]) {
      expect(readDraft(draftOf({ ...schedule, every_hours })).schedule).toEqual({ ...schedule, every_hours })
    }
  })

  test('without a directory makes none', () => {
    expect(readDraft({ ...draftOf(schedule), directory: '  ' }).schedule?.directory).toBeNull()
    expect(draftOf({ ...schedule, directory: null }).directory).toBe('')
  })

  test('that is wrong says where', () => {
    const read = readDraft({ directory: 'nas', every: '32', unit: 'days', keep: '1.5' })
    expect(read).toEqual({ faults: { directory: 'absolute', every: 'range', keep: 'whole' } })
    expect(readDraft({ ...draftOf(schedule), every: '0' }).faults).toEqual({ every: 'range' })
  })

  test('is changed when any of it is', () => {
    expect(isSameSchedule(schedule, { ...schedule })).toBe(true)
    expect(isSameSchedule(schedule, { ...schedule, keep: 8 })).toBe(false)
  })
})

describe('the command to restore', () => {
  test('names the file where it lies', () => {
    expect(restoreCommand('/mnt/nas/', 'a.backup')).toBe('lumen restore /mnt/nas/a.backup --data ./data')
    expect(restoreCommand('/mnt/nas', '/srv/b.backup')).toBe('lumen restore /srv/b.backup --data ./data')
  })

  test('survives a shell whatever the directory is called', () => {
    expect(restoreCommand("/mnt/it's here", 'a')).toBe(`lumen restore '/mnt/it'\\''s here/a' --data ./data`)
  })
})
