import type {
  ForageConfig,
  ForageElement,
  ForageElementEvent,
  ForageElementHandler,
  ForageElementOptions,
  ForageElementType,
  ForageFactory,
  ForageSdk,
} from '../src/sdk/forage-sdk-types.ts'

export interface FakeElement extends ForageElement {
  readonly mountedAt: string | undefined
  readonly isDestroyed: boolean
  readonly type: ForageElementType
  /** The second argument of `create`. */
  readonly options: ForageElementOptions | undefined
  emit(event: 'ready' | 'change', error?: ForageElementEvent['error']): void
  /** Delivers an event without details. */
  emitBare(event: 'ready' | 'change'): void
}

export interface FakeSdk {
  readonly factory: ForageFactory
  /** The arguments of each construction. */
  readonly configs: ForageConfig[]
  readonly captures: string[]
  /** The token of each call that was sent. */
  readonly calls: string[]
  /** Each attempted capture with its token. */
  readonly attempts: { ref: string; token: string; isAnswered: boolean }[]
  /** Makes each later call reject with this error. */
  refuse(error: unknown): void
  /** Tokens with which a call gets a 401. */
  readonly expiredTokens: Set<string>
  /** IDs that are not in the document. */
  readonly missingContainers: Set<string>
  /** Returns the element in the container with this ID: the last one, if one of a former checkout is there as well. */
  at(htmlElementId: string): FakeElement | undefined
  /** Types into an element. */
  type(htmlElementId: string): void
  /** Holds all calls until the returned function is called. */
  hold(): () => void
  /** Answers later calls again, while those that are held stay held. */
  goOn(): void
}

/** The part of the fake that all its instances share. */
interface FakeWorld extends Pick<
  FakeSdk,
  'captures' | 'calls' | 'attempts' | 'expiredTokens' | 'missingContainers'
> {
  readonly elements: FakeElement[]
  refusal: unknown
  held: Promise<void>
}

/** Creates a fake of Forage's SDK with its documented surface. It captures its token at construction. */
export function createFakeSdk(): FakeSdk {
  const configs: ForageConfig[] = []
  const world: FakeWorld = {
    captures: [],
    calls: [],
    attempts: [],
    expiredTokens: new Set(),
    missingContainers: new Set(),
    elements: [],
    refusal: undefined,
    held: Promise.resolve(),
  }
  const at = (htmlElementId: string): FakeElement | undefined =>
    world.elements.findLast(({ mountedAt, isDestroyed }) => mountedAt === htmlElementId && !isDestroyed)
  const { captures, calls, attempts, expiredTokens, missingContainers } = world
  return {
    factory(config) {
      configs.push(config)
      return createInstance(config, world)
    },
    configs,
    captures,
    calls,
    attempts,
    expiredTokens,
    missingContainers,
    at,
    refuse: (error) => void (world.refusal = error),
    type: (htmlElementId) => at(htmlElementId)?.emit('change'),
    hold() {
      let release = (): void => {}
      world.held = new Promise((resolve) => (release = resolve))
      return release
    },
    goOn: () => void (world.held = Promise.resolve()),
  }
}

function createInstance({ sessionToken }: ForageConfig, world: FakeWorld): ForageSdk {
  const own = new Set<ForageElement>()
  async function send<T>(element: ForageElement, answer: () => T): Promise<T> {
    if (!own.has(element)) throw new Error('The element belongs to another instance.')
    await world.held
    world.calls.push(sessionToken)
    if (world.expiredTokens.has(sessionToken)) throw expiredSessionToken
    if (world.refusal !== undefined) throw world.refusal
    return answer()
  }
  return {
    create(type, options) {
      const element = createFakeElement(type, options, world.missingContainers)
      own.add(element)
      world.elements.push(element)
      return element
    },
    tokenizeCard: (element) =>
      send(element, () => ({ ref: '1f148fe399', type: 'ebt', balance: null, card: { last_4: '7845' } })),
    checkBalance: (element) =>
      send(element, () => ({ ebt: { snap: '100.00', cash: '100.00' }, updated: '2024-07-11T07:50:27Z' })),
    capturePayment: (element, ref) => {
      const attempt = { ref, token: sessionToken, isAnswered: false }
      world.attempts.push(attempt)
      const answer = send(element, () => {
        world.captures.push(ref)
        return { ref, amount: '20.00', receipt: {} }
      })
      return answer.finally(() => (attempt.isAnswered = true))
    },
    deferPaymentCapture: (element) => send(element, () => undefined),
  }
}

/** The SDK's error, as in docs.joinforage.app/reference/forage-js-errors. */
export const expiredSessionToken = {
  httpStatusCode: 401,
  code: 'expired_session_token',
  message: 'This token has expired',
}

function createFakeElement(
  type: ForageElementType,
  options: ForageElementOptions | undefined,
  missing: Set<string>,
): FakeElement {
  const handlers: [string, ForageElementHandler][] = []
  let mountedAt: string | undefined
  let isDestroyed = false
  const deliver = (event: 'ready' | 'change', details: unknown): void => {
    for (const [name, handler] of handlers) if (name === event) handler(details as ForageElementEvent)
  }
  return {
    type,
    options,
    get mountedAt() {
      return mountedAt
    },
    get isDestroyed() {
      return isDestroyed
    },
    emit: (event, error = null) => deliver(event, { type: event, usecase: type, error }),
    emitBare: (event) => deliver(event, undefined),
    mount(htmlElementId) {
      if (missing.has(htmlElementId)) throw new Error(`No element with id "${htmlElementId}".`)
      mountedAt = htmlElementId
    },
    on: (event, handler) => void handlers.push([event, handler]),
    clear: () => {},
    destroy: () => void (isDestroyed = true),
  }
}
