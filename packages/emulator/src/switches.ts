import { EmulatorError } from './emulator-error.ts'
import { apiVersions, type ApiVersion } from './http/api-version.ts'

/**
 * Where the public record is silent or contradicts itself, the emulator does not guess in silence: each guess is a
 * switch. Set one to see that a client does not depend on it.
 */
export interface Switches {
  /**
   * `signed`: `base64url(payload).base64url(time).base64url(mac)`, as the token in forage-android-sdk's
   * TestForagePaymentSheet.kt (July 2025), the newest one published. `jwt-without-iat`: claims `a` and `exp` only, as
   * docs.joinforage.app/reference/initialize-forage-js. `jwt`: with `iat` too, as the sample of the authentication
   * guide has it. Default `signed`.
   */
  readonly tokenFormat: 'jwt' | 'jwt-without-iat' | 'signed'
  /**
   * The docs give a cap of 1000 active tokens per client and don't say what the next request gets. `evict` revokes the
   * token that expires first, as bulk revocation would. Default `reject`: the stricter guess.
   */
  readonly tokenCap: 'reject' | 'evict'
  /**
   * A session token where only an authentication token is accepted. The response is undocumented; `forbidden` (403)
   * is in docs.joinforage.app/reference/errors. Default `forbidden`.
   */
  readonly wrongTokenType: 'forbidden' | 'invalid_token'
  /**
   * A session token whose signature does not fit it. `bad_signature` is in docs.joinforage.app/reference/errors,
   * without saying when it comes; its name is that of the signer's error (itsdangerous). Default `bad_signature`.
   */
  readonly alteredSessionToken: 'bad_signature' | 'invalid_token'
  /**
   * "The Payments API will reject requests it detects is coming from a client app using authentication tokens" (older
   * session-token guide), against "may be passed to SDK methods during development" (authentication guide). A browser
   * is detected by its `Origin`. Default `accept`.
   */
  readonly clientAuthenticationTokens: 'accept' | 'reject'
  /** Without `expiration_time`: 7 days in the current reference, 10 hours (36000) in older ones. In seconds. */
  readonly defaultAuthenticationTokenSeconds: number
  /**
   * No `Merchant-Account`: 400 in the current error list, 401 in forage-android-sdk v3.9.0's MessageStatusServiceTest.
   * Default 400.
   */
  readonly missingMerchantStatus: 400 | 401
  /**
   * No credentials: `{"detail": …}` per RosettaBadRequestResponsePayload.kt of forage-android-sdk, or the list with
   * code `unauthorized` per its v3.8.0 fixtures. Default `detail`.
   */
  readonly missingCredentials: 'detail' | 'list'
  /**
   * A token that is refused, 401 or 403: `list` is the current envelope, with a code. `detail`: "only a `detail` key",
   * as docs.joinforage.app/reference/errors-1 (older) has it, which forage-android-sdk 4.2.2 still parses. Default
   * `list`.
   */
  readonly authEnvelope: 'list' | 'detail'
  /**
   * `WWW-Authenticate` on a 401 is undocumented. Django REST framework sends a 401 only together with one, hence the
   * default `bearer`.
   */
  readonly challenge: 'bearer' | 'absent'
  /**
   * How the vault refuses an expired or unknown token. Its own envelope is known only for a malformed header
   * (forage-android-sdk, rosetta_vault_error_response.json); otherwise it relays the API. Default `forage`.
   */
  readonly vaultTokenRejection: 'forage' | 'vault'
  /** The docs show the body of a new session token, never the status. Default 200. */
  readonly sessionTokenStatus: 200 | 201
  /** The docs require `Idempotency-Key` on a new payment and don't say what its absence gets. Default `reject`. */
  readonly missingIdempotencyKey: 'reject' | 'accept'
  /**
   * Which version a request without `API-Version` speaks: the dashboard's setting. `default` is the first release; a
   * third-party summary of 2026 has `2025-08-04`. Default `default`.
   */
  readonly apiDefaultVersion: ApiVersion
  /** An `API-Version` that is no date is undocumented. Default `reject`. */
  readonly malformedApiVersion: 'reject' | 'default'
  /**
   * docs.joinforage.app/reference/request-limits: 900 requests in 5 minutes from one address. Default `off`, but
   * `900/5min` where the emulator has a port; without one every request counts as of one address.
   */
  readonly requestLimit: '900/5min' | 'off'
  /** `Retry-After` on a 429 is undocumented; Django REST framework sends it. Default `send`. */
  readonly retryAfter: 'send' | 'omit'
  /** How long a response is kept for its idempotency key: 24 hours, or 10 minutes in older docs. In ms. */
  readonly idempotencyTtlMs: number
  /**
   * "Enables Forage to throttle card additions per customer" (docs.joinforage.app/reference/create-payment-method), of
   * which no number is public. Default `off`: any number would refuse what the API may take.
   */
  readonly cardAdditions: '10/hour' | 'off'
  /** Cards with `type` "benefit": which BINs are supported is not public. Default `reject`. */
  readonly benefitBins: 'reject' | 'accept'
  /**
   * When a card that is not reusable is spent, so that another payment gets `card_not_reusable`: undocumented. By a
   * payment that was not canceled, or only by one that succeeded. Default `payment`, the stricter guess.
   */
  readonly singleUseCard: 'payment' | 'capture'
  /**
   * A capture by the server with no PIN collected before is undocumented. Default `cannot_capture_payment`: nothing
   * was sent to the network; `ebt_error_55` has "PIN not selected" in its message.
   */
  readonly missingPin: 'cannot_capture_payment' | 'ebt_error_55'
  /**
   * A refund of more than is left of its payment: "HTTP 201 is returned even if the refund attempt fails"
   * (create-payment-refund), and `ebt_error_61` is "return exceeds benefit authorization". Default `decline`; `reject`
   * answers 400 with `refund_exceeds_payment_amount`, a code of ours after that of orders.
   */
  readonly excessRefund: 'decline' | 'reject'
  /** What a payment becomes 30 minutes after its creation is undocumented. It can't be captured. Default `canceled`. */
  readonly expiredPaymentStatus: 'canceled' | 'failed' | 'requires_confirmation'
  /**
   * PIN operations on a card that is not on docs.joinforage.app/docs/test-cards. Inferred: invalid card number
   * (`ebt_error_14`). Default `decline`.
   */
  readonly unlistedCards: 'decline' | 'accept'
  /**
   * What the browser SDK rejects with: `ForageError` in docs.joinforage.app/reference/forage-js-errors, or
   * `{ errors: [{ httpStatusCode, code, message }] }` in its older snapshots. Default `error`.
   */
  readonly sdkErrors: 'error' | 'list'
  /** "If an Order is not captured or canceled within 30 minutes, it expires"; its status is not told. Default `canceled`. */
  readonly expiredOrderStatus: 'canceled' | 'failed' | 'draft'
  /**
   * How long a refund is `processing` before version 2024-01-08, from which on its receipt comes at once. The docs say
   * to poll, not for how long. In ms. Default 1000.
   */
  readonly refundProcessingMs: number
  /**
   * Quidkey's refresh: the guide says to keep the old refresh token (`kept`); an example of its API reference answers
   * a new one (`rotated`), after which the old one is void (RFC 9700 §4.14.2). Default `kept`.
   */
  readonly quidkeyRefreshToken: 'kept' | 'rotated'
  /** Quidkey's `expires_in`: 900 in its prose, 3600 in some of its examples. In seconds. Default 900. */
  readonly quidkeyExpiresInSeconds: 900 | 3600
  /** Quidkey's `grant_type`: required in the newer reference, left out in older examples. Default `required`. */
  readonly quidkeyGrantType: 'required' | 'optional'
}

/** The value of each switch unless it is set. */
export const defaultSwitches: Switches = {
  tokenFormat: 'signed',
  tokenCap: 'reject',
  wrongTokenType: 'forbidden',
  alteredSessionToken: 'bad_signature',
  clientAuthenticationTokens: 'accept',
  defaultAuthenticationTokenSeconds: 604_800,
  missingMerchantStatus: 400,
  missingCredentials: 'detail',
  authEnvelope: 'list',
  challenge: 'bearer',
  vaultTokenRejection: 'forage',
  sessionTokenStatus: 200,
  missingIdempotencyKey: 'reject',
  requestLimit: 'off',
  retryAfter: 'send',
  apiDefaultVersion: 'default',
  malformedApiVersion: 'reject',
  idempotencyTtlMs: 24 * 60 * 60 * 1000,
  cardAdditions: 'off',
  benefitBins: 'reject',
  singleUseCard: 'payment',
  missingPin: 'cannot_capture_payment',
  excessRefund: 'decline',
  expiredPaymentStatus: 'canceled',
  unlistedCards: 'decline',
  sdkErrors: 'error',
  expiredOrderStatus: 'canceled',
  refundProcessingMs: 1000,
  quidkeyRefreshToken: 'kept',
  quidkeyExpiresInSeconds: 900,
  quidkeyGrantType: 'required',
}

/** What each may be. A list of choices, or a number from 1 up. */
const choices: { readonly [Name in keyof Switches]: readonly Switches[Name][] | 'number' } = {
  tokenFormat: ['jwt', 'jwt-without-iat', 'signed'],
  tokenCap: ['reject', 'evict'],
  wrongTokenType: ['forbidden', 'invalid_token'],
  alteredSessionToken: ['bad_signature', 'invalid_token'],
  clientAuthenticationTokens: ['accept', 'reject'],
  defaultAuthenticationTokenSeconds: 'number',
  missingMerchantStatus: [400, 401],
  missingCredentials: ['detail', 'list'],
  authEnvelope: ['list', 'detail'],
  challenge: ['bearer', 'absent'],
  vaultTokenRejection: ['forage', 'vault'],
  sessionTokenStatus: [200, 201],
  missingIdempotencyKey: ['reject', 'accept'],
  requestLimit: ['900/5min', 'off'],
  retryAfter: ['send', 'omit'],
  apiDefaultVersion: apiVersions,
  malformedApiVersion: ['reject', 'default'],
  idempotencyTtlMs: 'number',
  cardAdditions: ['10/hour', 'off'],
  benefitBins: ['reject', 'accept'],
  singleUseCard: ['payment', 'capture'],
  missingPin: ['cannot_capture_payment', 'ebt_error_55'],
  excessRefund: ['decline', 'reject'],
  expiredPaymentStatus: ['canceled', 'failed', 'requires_confirmation'],
  unlistedCards: ['decline', 'accept'],
  sdkErrors: ['error', 'list'],
  expiredOrderStatus: ['canceled', 'failed', 'draft'],
  refundProcessingMs: 'number',
  quidkeyRefreshToken: ['kept', 'rotated'],
  quidkeyExpiresInSeconds: [900, 3600],
  quidkeyGrantType: ['required', 'optional'],
}

/** Throws `EmulatorError` (`invalid_option`) on a switch, or a value of one, that there is not. */
export function resolveSwitches(chosen: Partial<Switches> = {}): Switches {
  for (const [name, value] of Object.entries(chosen)) checkSwitch(name, value)
  return { ...defaultSwitches, ...chosen }
}

/** From the command line: `["tokenCap=evict"]`. */
export function parseSwitches(texts: readonly string[]): Partial<Switches> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = text, value = ''] = /^(\w+)=(.*)$/.exec(text) ?? []
      return [name, /^\d+$/.test(value) ? Number(value) : value]
    }),
  )
}

function checkSwitch(name: string, value: unknown): void {
  if (!Object.hasOwn(choices, name)) throw unknownSwitch(name)
  const allowed: readonly unknown[] | 'number' = choices[name as keyof Switches]
  if (allowed === 'number' ? typeof value === 'number' && value >= 1 : allowed.includes(value)) return
  const expected = allowed === 'number' ? 'a number from 1 up' : `one of ${allowed.join(', ')}`
  throw new EmulatorError(
    'invalid_option',
    `The switch \`${name}\` has to be ${expected}, got ${JSON.stringify(value)}.`,
  )
}

function unknownSwitch(name: string): EmulatorError {
  const known = Object.keys(defaultSwitches).join(', ')
  return new EmulatorError('invalid_option', `There is no switch \`${name}\`. Known switches: ${known}.`)
}
