import { z } from 'zod'
import { fingerprintSchema } from './certificate.ts'

/** One certificate or several, as `/etc/pve/pve-root-ca.pem` holds it. */
const pemSchema = z
  .string()
  .trim()
  .max(32 * 1024)
  .refine(
    (text) => /^(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/.test(text),
    {
      message: 'is no certificate in PEM',
    },
  )

/** Whom the hub believes to be the cluster, before it says its secret: whoever the cluster's own authority vouches for,
 * the holder of a certificate a person confirmed (several: one a node), or whoever a public authority vouches for.
 * There is no fourth way. */
export const trustSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('ca'), pem: pemSchema }),
  z.object({ by: z.literal('fingerprint'), sha256: z.array(fingerprintSchema).min(1).max(64) }),
  z.object({ by: z.literal('public') }),
])
export type Trust = z.output<typeof trustSchema>
