import type {
  ForageConfig,
  ForageElement,
  ForageElementHandler,
  ForageFactory,
  ForageSdk,
} from '../src/sdk/forage-sdk-types.ts'

export interface FakeElement extends ForageElement {
  readonly mountedAt: string | undefined
  readonly isDestroyed: boolean
  emit(event: 'ready' | 'change'): void
}

export interface FakeSdk {
  readonly factory: ForageFactory
  /** One for each construction. */
  readonly configs: ForageConfig[]
  readonly captures: string[]
  /** The token of each call that was sent. */
  readonly calls: string[]
  /** What was captured, or tried to, with which token. */
  readonly attempts: { ref: string; token: string; isAnswered: boolean }[]
  /** Every call is answered with this error from now on. */
  refuse(error: unknown): void
  /** The tokens that a call is answered 401 with. */
  readonly expiredTokens: Set<string>
  /** The ids that are not in the document. */
  readonly missingContainers: Set<string>
  /** The element that is in the document at this id. */
  at(htmlElementId: string): FakeElement | undefined
  /** The customer types into it. */
  type(htmlElementId: string): void
  /** Calls wait until the function it returns is called. */
  hold(): () => void
}

/** Forage's SDK as far as its documented surface goes: the token is captured at construction. */
export function createFakeSdk(): FakeSdk {
  const configs: ForageConfig[] = []
  const captures: string[] = []
  const expiredTokens = new Set<string>()
  const missingContainers = new Set<string>()
  const elements: FakeElement[] = []
  const calls: string[] = []
  const attempts: FakeSdk['attempts'] = []
  let refusal: unknown
  let held: Promise<void> = Promise.resolve()

  const at = (htmlElementId: string): FakeElement | undefined =>
    elements.find(({ mountedAt, isDestroyed }) => mountedAt === htmlElementId && !isDestroyed)

  function build({ sessionToken }: ForageConfig): ForageSdk {
    const own = new Set<ForageElement>()
    async function send<T>(element: ForageElement, answer: () => T): Promise<T> {
      if (!own.has(element)) throw new Error('The element is of another instance.')
      await held
      calls.push(sessionToken)
      if (expiredTokens.has(sessionToken)) throw expiredSessionToken
      if (refusal !== undefined) throw refusal
      return answer()
    }
    return {
      create() {
        const element = createFakeElement(missingContainers)
        own.add(element)
        elements.push(element)
        return element
      },
      tokenizeCard: (element) =>
        send(element, () => ({ ref: '1f148fe399', type: 'ebt', balance: null, card: { last_4: '7845' } })),
      checkBalance: (element) =>
        send(element, () => ({ ebt: { snap: '100.00', cash: '100.00' }, updated: '2024-07-11T07:50:27Z' })),
      capturePayment: (element, ref) => {
        const attempt = { ref, token: sessionToken, isAnswered: false }
        attempts.push(attempt)
        const answer = send(element, () => {
          captures.push(ref)
          return { ref, amount: '20.00', receipt: {} }
        })
        return answer.finally(() => (attempt.isAnswered = true))
      },
      deferPaymentCapture: (element) => send(element, () => undefined),
    }
  }

  return {
    factory(config) {
      configs.push(config)
      return build(config)
    },
    configs,
    captures,
    calls,
    attempts,
    expiredTokens,
    missingContainers,
    at,
    refuse: (error) => void (refusal = error),
    type: (htmlElementId) => at(htmlElementId)?.emit('change'),
    hold() {
      let release = (): void => {}
      held = new Promise((resolve) => (release = resolve))
      return release
    },
  }
}

/** docs.joinforage.app/reference/forage-js-errors */
export const expiredSessionToken = {
  httpStatusCode: 401,
  code: 'expired_session_token',
  message: 'This token has expired',
}

function createFakeElement(missing: Set<string>): FakeElement {
  const handlers: [string, ForageElementHandler][] = []
  let mountedAt: string | undefined
  let isDestroyed = false
  return {
    get mountedAt() {
      return mountedAt
    },
    get isDestroyed() {
      return isDestroyed
    },
    emit(event) {
      for (const [name, handler] of handlers) if (name === event) handler()
    },
    mount(htmlElementId) {
      if (missing.has(htmlElementId)) throw new Error(`No element with id "${htmlElementId}".`)
      mountedAt = htmlElementId
    },
    on: (event, handler) => void handlers.push([event, handler]),
    clear: () => {},
    destroy: () => void (isDestroyed = true),
  }
}
