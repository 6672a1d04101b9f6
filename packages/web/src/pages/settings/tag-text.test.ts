import { expect, test } from 'bun:test'
import { readTags } from './tag-text.ts'

test('tags are what stands between commas and blanks, in lower case and each once', () => {
  expect(readTags(' Web, prod  web,,site:berlin ')).toEqual(['web', 'prod', 'site:berlin'])
  expect(readTags(' , ')).toEqual([])
})
