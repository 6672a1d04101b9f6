import { z } from 'zod'

/** A SHA-256 of a certificate, with or without colons, in either case, as Proxmox and openssl print it. */
export const fingerprintSchema = z
  .string()
  .trim()
  .regex(/^(sha256 fingerprint=)?([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, {
    message: 'is no SHA-256: 64 hexadecimal digits',
  })

/** A certificate as a server shows it, for a person to compare. */
export const shownCertificateSchema = z.object({
  /** SHA-256, `AA:BB:…`. */
  fingerprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  /** DNS names and addresses it is made out for. */
  names: z.array(z.string()),
  /** Epoch ms. */
  not_before: z.number(),
  not_after: z.number(),
})
export type ShownCertificate = z.infer<typeof shownCertificateSchema>
