import { expect, test } from 'bun:test'
import { toApiError } from './problem.ts'

const answer = (body: unknown, status = 400) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } })

test('a refusal names its fields by path, each with a sentence of its own', async () => {
  const error = await toApiError(
    answer({
      code: 'rule_invalid',
      detail: 'The rule is invalid',
      errors: [{ path: 'overrides[1].warning', message: 'must lie above' }],
    }),
  )
  expect(error).toMatchObject({ status: 400, code: 'rule_invalid', message: 'The rule is invalid' })
  expect(error.fields).toEqual([{ path: 'overrides.1.warning', message: 'Must lie above' }])
})

test('an answer that is no problem keeps its status', async () => {
  const error = await toApiError(
    new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } }),
  )
  expect(error).toMatchObject({ status: 502, code: 'http_502', fields: [] })
})
