import { z } from 'zod'

/** A SHA-256 of a certificate as Proxmox and openssl print it; taken with or without colons, in either case. */
export const fingerprintSchema = z
  .string()
  .trim()
  .transform((text) =>
    text
      .replace(/^sha256 fingerprint=/i, '')
      .replaceAll(':', '')
      .toUpperCase(),
  )
  .refine((digits) => /^[0-9A-F]{64}$/.test(digits), { message: 'is no SHA-256: 64 hexadecimal digits' })
  .transform((digits) => digits.replace(/..(?!$)/g, '$&:'))

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
