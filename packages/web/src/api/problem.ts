import type { Problem } from '@lumen/protocol/http/problem'

/** A call the hub refused, or that never reached it (`code` is `network` then, `status` 0). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  /** What is wrong with which field, where the hub said so: `hosts.2.name`. */
  readonly fields: readonly { path: string; message: string }[]
  /** Seconds to wait before trying again, or null. */
  readonly retryAfterS: number | null

  constructor(status: number, code: string, message: string, problem?: Partial<Problem>) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.fields = (problem?.errors ?? []).map(asField)
    this.retryAfterS = problem?.retry_after_s ?? null
  }
}

/** The hub goes on from the field's name (`hosts[2]` `is no host`); beside a field it is a sentence of its own. */
function asField({ path, message }: { path: string; message: string }): { path: string; message: string } {
  return {
    path: path.replace(/\[(\d+)\]/g, '.$1'),
    message: message.charAt(0).toUpperCase() + message.slice(1),
  }
}

/** The error a refused answer stands for. Anything but a problem document (a proxy's page) keeps its status. */
export async function toApiError(response: Response): Promise<ApiError> {
  const problem = await readProblem(response)
  const retryHeader = Number(response.headers.get('retry-after'))
  const retryAfterS = problem.retry_after_s ?? (retryHeader > 0 ? retryHeader : undefined)
  return new ApiError(
    response.status,
    problem.code ?? `http_${response.status}`,
    problem.detail ?? problem.title ?? `The hub answered ${response.status}.`,
    retryAfterS === undefined ? problem : { ...problem, retry_after_s: retryAfterS },
  )
}

async function readProblem(response: Response): Promise<Partial<Problem>> {
  if (!response.headers.get('content-type')?.includes('json')) return {}
  try {
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {}
  } catch {
    return {}
  }
}
