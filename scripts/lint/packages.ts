/** The imports that a package refuses, and why. */
export interface RefusedImports {
  readonly names: readonly string[]
  readonly message: string
}

const react = ['react', 'react/*', 'react-dom', 'react-dom/*', '@tanstack/*']

/** Each package with the imports that it refuses. Applications and scripts may import everything. */
export const packages: Readonly<Record<string, RefusedImports>> = {
  'packages/core': {
    names: [...react, 'ky', '@forage-session/*'],
    message: 'core depends on no framework, no HTTP client and no other package of this repository.',
  },
  'packages/react': {
    names: [
      '@forage-session/*',
      '!@forage-session/core',
      'hono',
      'hono/*',
      'oauth4webapi',
      'valibot',
      'jwt-decode',
    ],
    message: 'react depends on core and on its peer dependencies only.',
  },
  'packages/server': {
    names: [...react, 'ky', 'jwt-decode', '@forage-session/*'],
    message: 'server runs on the merchant backend: it shares no module with the other packages.',
  },
  'packages/emulator': {
    names: [...react, 'ky', 'oauth4webapi', '@forage-session/*'],
    message: "emulator imitates another company's API: it shares no module with the packages that it tests.",
  },
}
