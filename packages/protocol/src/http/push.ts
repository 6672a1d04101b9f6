import { z } from 'zod'
import { integerText } from './integer-text.ts'
import { route } from './route.ts'

/** A browser that is told by web push. */
export const pushDeviceSchema = z.object({
  id: z.int(),
  /** SHA-256 of its endpoint, hex: by this a browser knows itself. */
  endpoint_sha256: z.string(),
  /** Host of its push service. */
  service: z.string(),
  created_at: z.int(),
})
export type PushDevice = z.infer<typeof pushDeviceSchema>

const base64url = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}=*$`), 'is no base64url of its length')

export const listPushDevices = route({
  method: 'GET',
  path: '/api/push',
  auth: 'session',
  summary: 'The key browsers subscribe with, and one’s own browsers that are told by web push',
  answer: z.object({
    /** `applicationServerKey`, base64url. */
    public_key: z.string(),
    devices: z.array(pushDeviceSchema),
  }),
})

export const addPushDevice = route({
  method: 'POST',
  path: '/api/push',
  auth: 'session',
  summary: 'Tell this browser by web push; the body is its PushSubscription as JSON',
  body: z.object({
    endpoint: z.url({ protocol: /^https$/ }).max(2_048),
    keys: z.object({ p256dh: base64url(65), auth: base64url(16) }),
  }),
  answer: z.object({ device: pushDeviceSchema }),
  problems: ['push_devices_full'],
})

export const removePushDevice = route({
  method: 'DELETE',
  path: '/api/push/:id',
  auth: 'session',
  summary: 'Tell a browser no more',
  params: z.object({ id: integerText() }),
  problems: ['push_device_unknown'],
})
