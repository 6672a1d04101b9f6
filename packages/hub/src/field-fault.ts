import type { z } from 'zod'

/** What is wrong with one field of a request. */
export interface FieldFault {
  /** As in `frames[3].host.cpu_pct`; empty for the whole. */
  path: string
  message: string
}

const MOST = 20

/** The issues of a failed check by field, at most 20. Messages never repeat the refused value. */
export function faultsOf(error: z.ZodError, under = ''): FieldFault[] {
  return error.issues.slice(0, MOST).map((issue) => ({
    path: pathText(issue.path, under),
    message: isMissing(issue) ? 'is missing' : issue.message,
  }))
}

/** The library says `Invalid input: expected string, received undefined` of a field somebody left out. */
function isMissing({ code, message, path }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' && path.length > 0 && message.endsWith('received undefined')
}

function pathText(path: readonly PropertyKey[], under: string): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, under)
}
