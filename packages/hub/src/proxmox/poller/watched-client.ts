import type { ApiClient } from '../client/api-client.ts'
import type { Answer, ApiCall, Params, Query } from '../client/call.ts'
import type { Outcome } from '../client/outcome.ts'
import type { ConnectionHealth } from './connection-health.ts'

/** A client whose outcomes are remembered for people to see. */
export class WatchedClient {
  readonly #client: ApiClient
  readonly #health: ConnectionHealth

  constructor(client: ApiClient, health: ConnectionHealth) {
    this.#client = client
    this.#health = health
  }

  async get<C extends ApiCall>(call: C, params: Params<C>, query?: Query<C>): Promise<Outcome<Answer<C>>> {
    const outcome = await this.#client.get(call, params, query)
    this.#health.learn(call, params, outcome)
    return outcome
  }

  /** As `get`, where a failure is nothing to tell of (a guest without an agent). */
  async askQuietly<C extends ApiCall>(call: C, params: Params<C>): Promise<Outcome<Answer<C>>> {
    const outcome = await this.#client.get(call, params)
    if (outcome.kind === 'ok') this.#health.learn(call, params, outcome)
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
}
