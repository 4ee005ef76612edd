import type { ForageServerErrorCode, FailureKind } from '../shared/codes.ts'
import { ForageServerError, isForageServerError } from '../shared/errors.ts'
import { never } from './failure-policy.ts'
import type { SlotFailure } from './slot-document.ts'

interface Explanation {
  code: ForageServerErrorCode
  what: string
  remedy: string
}

const wait = 'Wait until `retryAt`; the next call after it tries again.'

const explanations: Record<FailureKind, Explanation> = {
  transient: { code: 'upstream_unavailable', what: 'the token endpoint gave no usable answer', remedy: wait },
  throttled: { code: 'upstream_throttled', what: 'the token endpoint limits requests', remedy: wait },
  credential: {
    code: 'credentials_rejected',
    what: 'the token endpoint refused the client credentials',
    remedy: 'Check `clientId` and `clientSecret` against the dashboard of this environment.',
  },
  config: {
    code: 'not_configured',
    what: 'the token endpoint refused the request',
    remedy: "Check the pool's `scope` and what the dashboard allows this client, then restart.",
  },
  limit: {
    code: 'token_limit',
    what: 'no more authentication tokens can be issued',
    remedy: 'Revoke unused authentication tokens, and let all instances share one store.',
  },
  rejected: {
    code: 'upstream_unavailable',
    what: 'the API refuses a new token from its token endpoint',
    remedy: 'Wait until `retryAt`; if the error remains, check the environment and the scope.',
  },
  frozen: {
    code: 'frozen',
    what: 'it was frozen',
    remedy: 'Read the reason in `status()`, and end the freeze with `thaw()`.',
  },
}

/** Better texts for failures whose code says more than their class. */
const details: Readonly<Record<string, Partial<Explanation>>> = {
  credentials_malformed: {
    what: '`credentials` returned a client ID or secret with a line break, another control character or a space around it',
    remedy: 'Trim both values where your function reads them, for example the end of a file.',
  },
  credentials_missing: {
    what: '`credentials` did not return { clientId, clientSecret } with two non-empty strings',
    remedy: 'Return both values from your function.',
  },
  credentials_unavailable: {
    what: '`credentials` rejected or took more than 5 seconds',
    remedy: 'Check the place from which your function reads the credentials.',
  },
  firewall_page: {
    what: 'a web page came in place of the answer of the token endpoint, as a firewall, a proxy or a maintenance page sends it',
    remedy: 'Find out what stands between this server and Forage, and let its requests pass.',
  },
  sealed_with_unknown_key: {
    what: 'no sealing key of this instance opens the shared token, and the API refused the private token of this hour',
    remedy: 'Give all instances the same sealing keys.',
  },
}

/** The same for codes of the network, which are many. */
const networkDetails: readonly (readonly [RegExp, Partial<Explanation>])[] = [
  [
    /CERT|^(UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH)/,
    {
      what: 'the certificate of the token endpoint was not accepted',
      remedy:
        'If a proxy inspects TLS, give its certificate to the runtime (`NODE_EXTRA_CA_CERTS`); otherwise check the environment.',
    },
  ],
  [
    /^(ENOTFOUND|EAI_\w+)$/,
    {
      what: 'the host name of the token endpoint was not found',
      remedy: 'Check the environment, and the DNS of this machine.',
    },
  ],
  [
    /^proxy_refused_tunnel$/,
    {
      what: 'a proxy refused to connect this server with the token endpoint',
      remedy: "Allow Forage's hosts in the proxy, and check its user name and password.",
    },
  ],
]

/** Returns the error for a caller whose pool has no token. */
export function slotError(pool: string, failure: SlotFailure): ForageServerError {
  const detail = details[failure.code] ?? networkDetails.find(([codes]) => codes.test(failure.code))?.[1]
  // An instance of a later version may have recorded a class that this one does not know.
  const known = explanations[failure.kind] ?? explanations.transient
  const { code, what, remedy } = { ...known, ...detail }
  const isFinal = failure.nextAttemptAt === never
  return new ForageServerError(
    code,
    `Pool "${pool}" has no authentication token: ${what} (${failure.code})`,
    {
      remedy,
      retryAt: isFinal ? undefined : failure.nextAttemptAt,
      status: failure.status,
    },
  )
}

export function isStoreUnavailable(error: unknown): error is ForageServerError {
  return isForageServerError(error) && error.code === 'store_unavailable'
}
