import type { OxlintConfig } from 'oxlint'

import { importOverrides } from './scripts/lint/overrides.ts'

const config: OxlintConfig = {
  plugins: ['typescript', 'react', 'import', 'unicorn', 'oxc', 'promise', 'vitest', 'jsx-a11y'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  rules: {
    // A circle that `import type` closes also means that neither file can be understood alone.
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'typescript/no-explicit-any': 'error',

    // The documented way of @noble/hashes to reuse the state of a hash.
    'no-underscore-dangle': ['error', { allow: ['_cloneInto'] }],
    // The automatic JSX runtime needs no React in scope.
    'react/react-in-jsx-scope': 'off',
    // Style sheets are imported for their effect.
    'import/no-unassigned-import': 'off',
    // The default export of a library often has the same members as its named exports.
    'import/no-named-as-default-member': 'off',
    // Untrusted input is narrowed by hand and then asserted once.
    'typescript/no-unsafe-type-assertion': 'off',
    // TypeScript finds a missing return, and knows when a switch is exhaustive.
    'typescript/consistent-return': 'off',
    // The create… functions return closures: their methods have no `this` to lose.
    'typescript/unbound-method': 'off',
    // A small function stands best next to its only use.
    'unicorn/consistent-function-scoping': 'off',
    // Some platform objects offer only `channel.onmessage = …`.
    'unicorn/prefer-add-event-listener': 'off',
    // The rule is for windows: a BroadcastChannel and a worker take no target origin.
    'unicorn/require-post-message-target-origin': 'off',
  },
  overrides: importOverrides,
  // These apps are programs outside this repository: they import the packed packages.
  ignorePatterns: ['**/dist/**', 'scripts/packages/{consumer,minimum,runtimes}-app/**'],
}

export default config
