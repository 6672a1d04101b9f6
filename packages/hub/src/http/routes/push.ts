import { addPushDevice, listPushDevices, removePushDevice } from '@lumen/protocol/http/push'
import type { DeviceRecord, Devices } from '../../notify/web-push/devices.ts'
import { Refusal } from '../../refusal.ts'
import type { Router } from '../router.ts'

/** Everybody sees and removes their own devices only. */
export function mountPushRoutes(router: Router, { devices }: { devices: Devices }): void {
  const wireOf = ({ id, endpointSha256, createdAt, endpoint }: DeviceRecord) => ({
    id,
    endpoint_sha256: endpointSha256,
    service: new URL(endpoint).host,
    created_at: createdAt,
  })

  router.private(listPushDevices, ({ user }) => ({
    public_key: devices.vapid().publicKey,
    devices: devices
      .list()
      .filter(({ userId }) => userId === user.id)
      .map(wireOf),
  }))

  router.private(addPushDevice, async ({ body, user }) => {
    const { endpoint, keys } = body
    return { device: wireOf(await devices.add(user.id, { endpoint, ...keys })) }
  })

  router.private(removePushDevice, async ({ params, user }) => {
    const device = devices.list().find(({ id, userId }) => id === params.id && userId === user.id)
    if (device === undefined) throw new Refusal(404, 'push_device_unknown', 'There is no device with this id')
    await devices.forget(device.id)
    return undefined
  })
}
