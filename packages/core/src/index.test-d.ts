import { describe, expectTypeOf, test } from 'vitest'

import {
  createForageSession,
  isForageSessionError,
  merchantEndpoint,
  type ForageEnvironment,
  type ForageSession,
  type ForageSessionError,
  type ForageSessionErrorCode,
  type ForageSessionOptions,
  type GetTokenOptions,
  type PageLifecycle,
  type ReplayCandidate,
  type SessionClock,
  type SessionEvent,
  type SessionPlatform,
  type SessionState,
  type TabChannel,
  type TokenRequest,
  type TokenResponse,
  type TokenSource,
} from './index.ts'

declare const session: ForageSession

describe('options', () => {
  test('only the token source is required', () => {
    expectTypeOf<{ tokenSource: '/token' }>().toExtend<ForageSessionOptions>()
    expectTypeOf<{ environment: 'sandbox' }>().not.toExtend<ForageSessionOptions>()
    expectTypeOf<'tokenSource'>().toEqualTypeOf<RequiredKeys<ForageSessionOptions>>()
  })

  test('every option takes undefined for its default, also under exactOptionalPropertyTypes', () => {
    expectTypeOf<undefined>().toExtend<
      ForageSessionOptions[Exclude<keyof ForageSessionOptions, 'tokenSource'>]
    >()
    expectTypeOf<{ tokenSource: '/token'; checkoutId: string | undefined }>().toExtend<ForageSessionOptions>()
  })

  test('a token source is a URL or a function of the request', () => {
    expectTypeOf<ForageSessionOptions['tokenSource']>().toEqualTypeOf<string | URL | TokenSource>()
    expectTypeOf<() => Promise<string>>().toExtend<TokenSource>()
    expectTypeOf<(request: { signal: AbortSignal }) => Promise<Response>>().toExtend<TokenSource>()
    expectTypeOf<() => Promise<{ token: string; expires_in: number }>>().toExtend<TokenSource>()
    expectTypeOf<() => string>().not.toExtend<TokenSource>()
    expectTypeOf<() => Promise<{ accessToken: string }>>().not.toExtend<TokenSource>()
    expectTypeOf<Parameters<TokenSource>>().toEqualTypeOf<[TokenRequest]>()
    expectTypeOf<TokenRequest['reason']>().toEqualTypeOf<'first' | 'renewal' | 'expired' | 'rejected'>()
  })

  test('an environment is one of two names, or a record of URLs', () => {
    expectTypeOf<'sandbox' | 'production'>().toExtend<ForageEnvironment>()
    expectTypeOf<{ apiUrl: string }>().toExtend<ForageEnvironment>()
    expectTypeOf<{ vaultUrl: string }>().not.toExtend<ForageEnvironment>()
    expectTypeOf<'staging'>().not.toExtend<ForageEnvironment>()
  })

  test('a replay policy is a name or a function of the request without its token', () => {
    type Replay = NonNullable<ForageSessionOptions['replay']>
    expectTypeOf<'all' | 'keyed' | 'never'>().toExtend<Replay>()
    expectTypeOf<(candidate: ReplayCandidate) => boolean>().toExtend<Replay>()
    expectTypeOf<ReplayCandidate['headers']>().toEqualTypeOf<Headers>()
  })

  test('the members of a platform have the shape of the real ones', () => {
    type Platform = Partial<SessionPlatform>
    expectTypeOf<ForageSessionOptions['platform']>().toEqualTypeOf<Platform | undefined>()
    expectTypeOf<typeof fetch>().toExtend<NonNullable<ForageSessionOptions['fetch']>>()
    expectTypeOf<typeof Math.random>().toExtend<NonNullable<Platform['random']>>()
    expectTypeOf<Platform['clock']>().toEqualTypeOf<SessionClock | undefined>()
    expectTypeOf<Platform['lifecycle']>().toEqualTypeOf<PageLifecycle | undefined>()
    expectTypeOf<(name: string) => TabChannel | undefined>().toExtend<NonNullable<Platform['openChannel']>>()
  })
})

describe('a session', () => {
  test('getToken returns a string, with or without options', () => {
    expectTypeOf(session.getToken()).toEqualTypeOf<Promise<string>>()
    expectTypeOf(session.getToken).parameters.toEqualTypeOf<[options?: GetTokenOptions | undefined]>()
    expectTypeOf<{
      minValidityMs: number
      rejected: string
      signal: AbortSignal
    }>().toExtend<GetTokenOptions>()
  })

  test('the session’s fetch has the type of the platform’s fetch', () => {
    expectTypeOf(session.fetch).toExtend<typeof fetch>()
    expectTypeOf(session.fetch).parameters.toEqualTypeOf<
      [input: string | URL | Request, init?: RequestInit | undefined]
    >()
  })

  test('withToken returns the result of its function', () => {
    expectTypeOf(session.withToken(async (token) => token.length)).toEqualTypeOf<Promise<number>>()
    expectTypeOf(
      session.withToken(async (_, { signal, attempt }) => ({ signal, attempt }), { replay: true }),
    ).toEqualTypeOf<Promise<{ signal: AbortSignal; attempt: number }>>()
  })

  test('the functions of a session need no receiver and can be passed on', () => {
    expectTypeOf<ThisParameterType<ForageSession['getToken']>>().toBeUnknown()
    const { getToken, fetch, subscribe, getSnapshot } = session
    expectTypeOf(subscribe).parameter(0).toEqualTypeOf<() => void>()
    expectTypeOf(getSnapshot).returns.toEqualTypeOf<SessionState>()
    expectTypeOf(getToken).returns.resolves.toBeString()
    expectTypeOf(fetch).returns.resolves.toEqualTypeOf<Response>()
  })

  test('prime takes a token or a token response; setCheckout takes an id or undefined', () => {
    expectTypeOf(session.prime).parameters.toEqualTypeOf<[response: string | TokenResponse]>()
    expectTypeOf(session.setCheckout).parameters.toEqualTypeOf<[checkoutId: string | undefined]>()
  })

  test('the checkoutId of a session is read-only', () => {
    expectTypeOf(session.checkoutId).toEqualTypeOf<string | undefined>()
    expectTypeOf<Pick<ForageSession, 'checkoutId'>>().toEqualTypeOf<{
      readonly checkoutId: string | undefined
    }>()
  })

  test('createForageSession returns a session that `using` closes', () => {
    expectTypeOf(createForageSession).returns.toExtend<ForageSession>()
    expectTypeOf(createForageSession).returns.toExtend<Disposable>()
  })

  test('the status of a state decides its other members, and no state has a token', () => {
    expectTypeOf<SessionState['status']>().toEqualTypeOf<
      'idle' | 'fetching' | 'ready' | 'degraded' | 'failed' | 'closed'
    >()
    type Of<Status> = Extract<SessionState, { status: Status }>
    expectTypeOf<Of<'ready'>>().toEqualTypeOf<{
      readonly status: 'ready'
      readonly expiresAt: number
      readonly renewing: boolean
    }>()
    expectTypeOf<Of<'degraded'>['retryAt']>().toEqualTypeOf<number>()
    expectTypeOf<Of<'failed'>['retryAt']>().toEqualTypeOf<number | null>()
    expectTypeOf<Of<'failed'>['error']>().toEqualTypeOf<ForageSessionError>()
    expectTypeOf<Of<'idle'>>().not.toHaveProperty('expiresAt')
    expectTypeOf<Extract<KeysOfUnion<SessionState>, 'token'>>().toBeNever()
  })
})

describe('events', () => {
  test('a listener narrows an event by its type', () => {
    session.on((event) => {
      expectTypeOf(event.at).toEqualTypeOf<number>()
      switch (event.type) {
        case 'token-requested':
          return expectTypeOf(event.reason).toEqualTypeOf<TokenRequest['reason']>()
        case 'token-received':
          return expectTypeOf(event.via).toEqualTypeOf<'endpoint' | 'tab' | 'prime'>()
        case 'token-failed':
          return expectTypeOf(event.code).toEqualTypeOf<ForageSessionErrorCode>()
        case 'token-invalidated':
        case 'tab-shared':
          return expectTypeOf(event.fingerprint).toEqualTypeOf<string>()
        case 'request-rejected':
          return expectTypeOf(event.code).toEqualTypeOf<string | undefined>()
        case 'request-replayed':
          return expectTypeOf(event.ok).toEqualTypeOf<boolean>()
        case 'replay-refused':
          return expectTypeOf(event.why).toEqualTypeOf<string>()
        case 'lifetime-too-short':
          return expectTypeOf(event.minValidityMs).toEqualTypeOf<number>()
        case 'lifetime-ignored':
          return expectTypeOf(event.received).toEqualTypeOf<string>()
        case 'clock-stepped':
          return expectTypeOf(event.byMs).toEqualTypeOf<number>()
        case 'state':
          return expectTypeOf(event.to).toEqualTypeOf<SessionState['status']>()
        default:
          return expectTypeOf(event).toBeNever()
      }
    })
    expectTypeOf<Extract<KeysOfUnion<SessionEvent>, 'token'>>().toBeNever()
  })
})

describe('errors', () => {
  test('isForageSessionError narrows a caught value', () => {
    const caught: unknown = undefined
    if (!isForageSessionError(caught)) return
    expectTypeOf(caught).toEqualTypeOf<ForageSessionError>()
    expectTypeOf(caught.code).toEqualTypeOf<ForageSessionErrorCode>()
    expectTypeOf(caught.remedy).toEqualTypeOf<string>()
    expectTypeOf(caught).toExtend<Error>()
  })
})

describe('merchantEndpoint', () => {
  test('merchantEndpoint returns a token source, and its options may be omitted', () => {
    expectTypeOf(merchantEndpoint('/token')).toEqualTypeOf<TokenSource>()
    expectTypeOf(merchantEndpoint).parameter(0).toEqualTypeOf<string | URL>()
    type Options = NonNullable<Parameters<typeof merchantEndpoint>[1]>
    expectTypeOf<{ headers: { 'X-CSRF-Token': string } }>().toExtend<Options>()
    expectTypeOf<{ headers: () => Promise<Headers>; credentials: 'include' }>().toExtend<Options>()
    expectTypeOf<{ fetch: typeof fetch }>().toExtend<Options>()
  })
})

type RequiredKeys<T> = { [Key in keyof T]-?: undefined extends T[Key] ? never : Key }[keyof T]
type KeysOfUnion<T> = T extends unknown ? keyof T : never
