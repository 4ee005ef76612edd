/**
 * The files that only decide. They take time and randomness as arguments, and import only types and each other. Lint
 * enforces that, and mutation testing measures their tests.
 */
export const pureFiles: Readonly<Record<'core' | 'server', readonly string[]>> = {
  core: [
    'fetch/challenge',
    'fetch/rejection',
    'fetch/replay-policy',
    'fetch/request-body',
    'requests/failure-memory',
    'requests/renewal-plan',
    'requests/request-budget',
    'shared/as-record',
    'shared/bounded-body',
    'shared/errors',
    'shared/fingerprint',
    'shared/safe-cause',
    'state/session-state',
    'tabs/tab-message',
    'token/attachment',
    'token/environments',
    'token/retry-after',
    'token/session-token',
    'token/token-lifetime',
    'token/token-response',
  ],
  server: [],
}
