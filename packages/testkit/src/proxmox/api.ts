import { PBS_SCHEME, PVE_SCHEME } from './access.ts'
import type { Answer } from './answers/asked.ts'
import { PBS_ANSWERS } from './answers/pbs-answers.ts'
import { PVE_ANSWERS } from './answers/pve-answers.ts'
import { type CallShape, type PermissionCheck, PVE_CALLS } from './api-shapes.ts'
import { type PveRelease, RELEASES } from './cluster-spec.ts'
import { bare, json, type Outcome, text } from './outcome.ts'
import { PBS_CALLS } from './pbs-calls.ts'

/** What makes one product's API different from the other's. */
export interface Api {
  scheme: { name: string; separator: string }
  calls: Readonly<Record<string, CallShape>>
  answers: Readonly<Record<string, Answer>>
  /** Templates this release does not have yet. */
  laterCalls: readonly string[]
  /** Faults the newest shapes find in this release's answers, and which are none. */
  allowedFaults: readonly string[]
  /** More that is wrong with parameters than the shapes say, by name. */
  parameterFaults: (parameters: Readonly<Record<string, string>>) => Record<string, string>
  /** What a call takes in this release. */
  checkOf: (template: string, check: PermissionCheck) => PermissionCheck
  /** An error before the API is reached, and one of the API. */
  refused: (status: number, message: string) => Outcome
  failed: (status: number, message: string) => Outcome
}

export function pveApi(release: PveRelease): Api {
  const { major } = RELEASES[release]
  return {
    ...{ scheme: PVE_SCHEME, calls: PVE_CALLS, answers: PVE_ANSWERS, refused: bare },
    laterCalls: release === '8.2' ? ['/cluster/metrics/export'] : [],
    allowedFaults: major === 8 ? ['data.memory.available: is missing'] : [],
    parameterFaults: ({ timeframe }): Record<string, string> => {
      if (major === 9 || timeframe !== 'decade') return {}
      return {
        timeframe: "value 'decade' does not have a value in the enumeration 'hour, day, week, month, year'",
      }
    },
    checkOf: (template, check) =>
      major === 8 && template.includes('/agent/') ? ['perm', '/vms/{vmid}', ['VM.Monitor']] : check,
    /** The message is in the status line, since 8.4 in the body too. */
    failed: (status, message) =>
      json(status, message, { data: null, ...(release !== '8.2' && { message: `${message}\n` }) }),
  }
}

/** A backup server writes its errors as plain text, under the status line HTTP has for them. */
export const PBS_API: Api = {
  ...{ scheme: PBS_SCHEME, calls: PBS_CALLS, answers: PBS_ANSWERS, laterCalls: [], allowedFaults: [] },
  parameterFaults: () => ({}),
  checkOf: (_, check) => check,
  refused: (status, message) => text(status, REASONS[status] ?? 'Error', message),
  failed: (status, message) => text(status, REASONS[status] ?? 'Error', message),
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
}
