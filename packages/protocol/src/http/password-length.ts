// Apart from the schemas, so that the page can name the limit without loading zod.
export const MIN_PASSWORD_LENGTH = 8
