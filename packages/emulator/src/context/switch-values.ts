import { apiVersions } from '../shared/api-versions.ts'
import { EmulatorError } from '../shared/emulator-error.ts'
import type { Switches } from './switches.ts'

/**
 * The default value of each switch.
 *
 * @example
 * ```ts
 * import { createEmulator, defaultSwitches } from '@forage-session/emulator'
 *
 * const lifetime = defaultSwitches.defaultAuthenticationTokenSeconds // 604800: seven days
 * const emulator = createEmulator({ switches: { defaultAuthenticationTokenSeconds: lifetime / 2 } })
 * ```
 */
export const defaultSwitches: Switches = {
  tokenFormat: 'signed',
  tokenCap: 'reject',
  wrongTokenType: 'forbidden',
  alteredSessionToken: 'bad_signature',
  clientAuthenticationTokens: 'accept',
  paymentTokens: 'authentication',
  paymentMethodTokens: 'authentication',
  postUpdates: 'accept',
  missingSlash: 'redirect',
  stateCardsPath: '/api/state_card_details/',
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
  healthcareBalanceCents: 100_000,
  testCardPage: 'both',
  unlistedCards: 'accept',
  sdkErrors: 'error',
  enterKey: 'submit',
  labelClick: 'ignore',
  placeholderName: 'placeholderText',
  frameFocus: 'input',
  incompleteInput: 'error',
  clearEvent: 'none',
  expiredOrderStatus: 'canceled',
  refundProcessingMs: 1000,
  reportDays: 'utc',
  quidkeyRefreshToken: 'kept',
  quidkeyExpiresInSeconds: 900,
  quidkeyGrantType: 'required',
}

interface ValueRule {
  holds(value: unknown): boolean
  readonly expected: string
}

const kinds = {
  number: {
    holds: (value: unknown): boolean => typeof value === 'number' && value >= 1,
    expected: 'a number of at least 1',
  },
  name: {
    holds: (value: unknown): boolean => typeof value === 'string' && /^[a-z]\w*$/i.test(value),
    expected: 'a name of letters, digits and _',
  },
  path: {
    holds: (value: unknown): boolean =>
      typeof value === 'string' && /^\/api\/(?!v1\/)([\w-]+\/)+$/.test(value),
    expected: 'a path as /api/names/, of letters, digits, _ and -',
  },
} satisfies Record<string, ValueRule>

/** The valid values of each switch: a list, or the name of a kind of values. */
const choices: { readonly [Name in keyof Switches]: readonly Switches[Name][] | keyof typeof kinds } = {
  tokenFormat: ['jwt', 'jwt-without-iat', 'signed'],
  tokenCap: ['reject', 'evict'],
  wrongTokenType: ['forbidden', 'invalid_token'],
  alteredSessionToken: ['bad_signature', 'invalid_token'],
  clientAuthenticationTokens: ['accept', 'reject'],
  paymentTokens: ['authentication', 'either'],
  paymentMethodTokens: ['authentication', 'either'],
  postUpdates: ['accept', 'reject'],
  missingSlash: ['redirect', 'reject'],
  stateCardsPath: 'path',
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
  healthcareBalanceCents: 'number',
  testCardPage: ['both', 'current', 'archived'],
  unlistedCards: ['accept', 'decline'],
  sdkErrors: ['error', 'list'],
  enterKey: ['submit', 'ignore'],
  labelClick: ['ignore', 'focus'],
  placeholderName: 'name',
  frameFocus: ['input', 'none'],
  incompleteInput: ['error', 'silent'],
  clearEvent: ['none', 'change'],
  expiredOrderStatus: ['canceled', 'failed', 'draft'],
  refundProcessingMs: 'number',
  reportDays: ['utc', 'pacific'],
  quidkeyRefreshToken: ['kept', 'rotated'],
  quidkeyExpiresInSeconds: [900, 3600],
  quidkeyGrantType: ['required', 'optional'],
}

/** Fills in the defaults. Throws `EmulatorError` (`invalid_option`) for an unknown switch or an invalid value. */
export function resolveSwitches(chosen: Partial<Switches> = {}): Switches {
  for (const [name, value] of Object.entries(chosen)) checkSwitch(name, value)
  return { ...defaultSwitches, ...chosen }
}

/** Reads switches from command-line texts such as `tokenCap=evict`. */
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
  const { holds, expected } = ruleOf(choices[name as keyof Switches])
  if (holds(value)) return
  throw new EmulatorError(
    'invalid_option',
    `The switch \`${name}\` has to be ${expected}, got ${JSON.stringify(value)}.`,
  )
}

function ruleOf(allowed: readonly unknown[] | keyof typeof kinds): ValueRule {
  if (typeof allowed === 'string') return kinds[allowed]
  return { holds: (value) => allowed.includes(value), expected: `one of ${allowed.join(', ')}` }
}

function unknownSwitch(name: string): EmulatorError {
  const known = Object.keys(defaultSwitches).join(', ')
  return new EmulatorError('invalid_option', `There is no switch \`${name}\`. Known switches: ${known}.`)
}
