import { createHash, generateKeyPairSync } from 'node:crypto'
import type { Clock } from '@lumen/std/clock'
import { z } from 'zod'
import type { ControlDb } from '../../control-db/control-db.ts'
import { Refusal } from '../../refusal.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import type { PushDevice, PushDevices } from '../channel-kind.ts'

/** A browser that asked to be told. */
export interface DeviceRecord extends PushDevice {
  userId: number
  endpointSha256: string
  createdAt: number
}

interface Row {
  id: number
  user_id: number
  endpoint_sha256: string
  sealed: string
  created_at: number
}

const subscriptionSchema = z.object({ endpoint: z.string(), p256dh: z.string(), auth: z.string() })
const keysSchema = z.object({ public_key: z.string(), sealed: z.string() })

const KEY_CONTEXT = 'web push key'
const MOST_DEVICES = 100

/** Browsers that asked for web push, and the key the hub signs with. An endpoint is an address that lets whoever knows it
 * send, so it is sealed; its hash finds it. */
export class Devices implements PushDevices {
  readonly #db: ControlDb
  readonly #box: SecretBox
  readonly #clock: Clock
  readonly #keys: { publicKey: string; privateKey: string }
  readonly #devices = new Map<number, DeviceRecord>()

  private constructor(
    db: ControlDb,
    box: SecretBox,
    clock: Clock,
    keys: Devices['vapid'] extends () => infer K ? K : never,
  ) {
    this.#db = db
    this.#box = box
    this.#clock = clock
    this.#keys = keys
  }

  static async open(db: ControlDb, box: SecretBox, clock: Clock): Promise<Devices> {
    const [row] = db.read<{ value: string }>("SELECT value FROM settings WHERE key = 'web_push_key'")
    const stored = row === undefined ? undefined : keysSchema.safeParse(JSON.parse(row.value)).data
    const privateKey = stored === undefined ? undefined : box.open(stored.sealed, KEY_CONTEXT)
    if (stored === undefined || privateKey === undefined) {
      // Browsers only take messages signed with the key they were given: without it they must ask anew.
      const made = makeKeys()
      const value = { public_key: made.publicKey, sealed: box.seal(made.privateKey, KEY_CONTEXT) }
      await db.run(
        { sql: 'DELETE FROM push_subscriptions', values: [] },
        {
          sql: "INSERT INTO settings (key, value) VALUES ('web_push_key', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          values: [JSON.stringify(value)],
        },
      )
      return new Devices(db, box, clock, made)
    }
    const devices = new Devices(db, box, clock, { publicKey: stored.public_key, privateKey })
    devices.#recall()
    return devices
  }

  list(): readonly DeviceRecord[] {
    return [...this.#devices.values()]
  }

  vapid(): { publicKey: string; privateKey: string } {
    return this.#keys
  }

  /** Remembers a browser, once however often it asks.
   * @throws {Refusal} 409 `push_devices_full` */
  async add(userId: number, subscription: z.infer<typeof subscriptionSchema>): Promise<DeviceRecord> {
    const endpointSha256 = createHash('sha256').update(subscription.endpoint).digest('hex')
    const known = this.list().find((device) => device.endpointSha256 === endpointSha256)
    if (known !== undefined) await this.forget(known.id)
    if (this.#devices.size >= MOST_DEVICES) {
      throw new Refusal(
        409,
        'push_devices_full',
        `There are ${MOST_DEVICES} devices already: remove some first`,
      )
    }
    const createdAt = this.#clock.now()
    const [written] = await this.#db.run({
      sql: 'INSERT INTO push_subscriptions (user_id, endpoint_sha256, sealed, created_at) VALUES (?, ?, ?, ?)',
      values: [
        ...[userId, endpointSha256],
        this.#box.seal(JSON.stringify(subscription), contextOf(endpointSha256)),
        createdAt,
      ],
    })
    const device = { id: written!.rowId, userId, endpointSha256, createdAt, ...subscription }
    this.#devices.set(device.id, device)
    return device
  }

  async forget(id: number): Promise<void> {
    await this.#db.run({ sql: 'DELETE FROM push_subscriptions WHERE id = ?', values: [id] })
    this.#devices.delete(id)
  }

  /** All of a user. */
  async forgetOf(userId: number): Promise<void> {
    const theirs = this.list().filter((device) => device.userId === userId)
    for (const { id } of theirs) this.#devices.delete(id)
    await this.#db.run({ sql: 'DELETE FROM push_subscriptions WHERE user_id = ?', values: [userId] })
  }

  #recall(): void {
    for (const row of this.#db.read<Row>('SELECT * FROM push_subscriptions ORDER BY id')) {
      const opened = this.#box.open(row.sealed, contextOf(row.endpoint_sha256))
      if (opened === undefined) continue
      const subscription = subscriptionSchema.parse(JSON.parse(opened))
      this.#devices.set(row.id, {
        ...{
          id: row.id,
          userId: row.user_id,
          endpointSha256: row.endpoint_sha256,
          createdAt: row.created_at,
        },
        ...subscription,
      })
    }
  }
}

function contextOf(endpointSha256: string): string {
  return `push subscription ${endpointSha256}`
}

/** An ECDSA P-256 pair (RFC 8292 3): the public key as an uncompressed point, the private one as JWK's `d`, base64url. */
function makeKeys(): { publicKey: string; privateKey: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x, y, d } = privateKey.export({ format: 'jwk' }) as { x: string; y: string; d: string }
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return { publicKey: point.toString('base64url'), privateKey: d }
}
