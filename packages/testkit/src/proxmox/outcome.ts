import type { WireReply } from './http-wire.ts'

/** An answer before it is dated. */
export type Outcome = Omit<WireReply, 'dateMs'>

const JSON_TYPE = 'application/json;charset=UTF-8'

export const json = (status: number, reason: string, body: object): Outcome => ({
  ...{ status, reason, contentType: JSON_TYPE },
  body: Buffer.from(JSON.stringify(body)),
})

/** Words in the status line only: what pveproxy says itself, before and instead of the API. */
export const bare = (status: number, reason: string): Outcome => ({
  ...{ status, reason, contentType: JSON_TYPE },
  body: Buffer.alloc(0),
})

export const text = (status: number, reason: string, message: string): Outcome => ({
  ...{ status, reason, contentType: 'text/plain; charset=utf-8' },
  body: Buffer.from(message),
})
