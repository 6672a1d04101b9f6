import type { Problem } from '@lumen/protocol/http/problem'

/** A call the hub refused, or that never reached it (`code` is `network` then, `status` 0). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  /** What is wrong with which field, where the hub said so. */
  readonly fields: readonly { path: string; message: string }[]
  /** Seconds to wait before trying again, or null. */
  readonly retryAfterS: number | null

  constructor(status: number, code: string, message: string, problem?: Partial<Problem>) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.fields = problem?.errors ?? []
    this.retryAfterS = problem?.retry_after_s ?? null
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
