import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../../packages', import.meta.url))

/** Resolves the packages to their sources, so that applications, tests and benchmarks need no build. */
export const sourceAliases: { find: RegExp; replacement: string }[] = [
  { find: /^@forage-session\/(\w+)$/, replacement: `${packages}/$1/src/index.ts` },
  { find: /^@forage-session\/core\/testing$/, replacement: `${packages}/core/src/testing/index.ts` },
  {
    find: /^@forage-session\/react\/devtools\/production$/,
    replacement: `${packages}/react/src/devtools/production.ts`,
  },
  { find: /^@forage-session\/(\w+)\/([\w-]+)$/, replacement: `${packages}/$1/src/$2.ts` },
]
