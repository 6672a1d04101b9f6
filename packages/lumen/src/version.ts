import manifest from '../package.json' with { type: 'json' }

/** What this build calls itself. */
export const VERSION: string = manifest.version
