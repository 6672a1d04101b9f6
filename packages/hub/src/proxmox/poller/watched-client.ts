import type { ApiClient } from '../client/api-client.ts'
import type { Answer, ApiCall, Params, Query } from '../client/call.ts'
import type { Outcome } from '../client/outcome.ts'
import type { ConnectionHealth } from './connection-health.ts'

/** A client whose outcomes are remembered for people to see. */
export class WatchedClient {
  readonly #client: ApiClient
  readonly #watchers: readonly Pick<ConnectionHealth, 'learn'>[]

  constructor(client: ApiClient, ...watchers: readonly Pick<ConnectionHealth, 'learn'>[]) {
    this.#client = client
    this.#watchers = watchers
  }

  async get<C extends ApiCall>(call: C, params: Params<C>, query?: Query<C>): Promise<Outcome<Answer<C>>> {
    const outcome = await this.#client.get(call, params, query)
    for (const watcher of this.#watchers) watcher.learn(call, params, outcome)
    return outcome
  }

  /** As `get`, and undefined where that did not work: what is missing stays missing. */
  async read<C extends ApiCall>(
    call: C,
    params: Params<C>,
    query?: Query<C>,
  ): Promise<Answer<C> | undefined> {
    const outcome = await this.get(call, params, query)
    return outcome.kind === 'ok' ? outcome.value : undefined
  }

  /** As `read`, of what nobody need know that it did not work: a guest without an agent is no fault. */
  async tryOut<C extends ApiCall>(
    call: C,
    params: Params<C>,
    query?: Query<C>,
  ): Promise<Answer<C> | undefined> {
    const outcome = await this.#client.get(call, params, query)
    return outcome.kind === 'ok' ? outcome.value : undefined
  }
}
