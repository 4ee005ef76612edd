import { isForageSessionError, type ForageSession, type SessionEvent } from '@forage-session/core'

import { ForageSdkError } from './forage-sdk-error.ts'
import type {
  ForageCalls,
  ForageConfig,
  ForageElement,
  ForageElementStyle,
  ForageElementType,
  ForageFactory,
  ForageSdk,
} from './forage-sdk-types.ts'
import { SdkElements } from './sdk-elements.ts'
import { isSdkTokenError } from './sdk-error.ts'
import { decideRebuild } from './sdk-rebuild.ts'
import { SdkStateStore, type SdkBridgeState } from './sdk-state.ts'

export interface SdkBridgeOptions {
  session: ForageSession
  /** Loads the SDK's script. Called again after it failed. */
  load: () => Promise<ForageFactory>
  /** Read at each construction of the SDK. */
  config: () => Omit<ForageConfig, 'sessionToken'>
  /** How long the token must be good for before an element is mounted, in ms. */
  minValidityMs: () => number
  /** Runs `run` at a time of the session's clock. Returns the function that cancels it. */
  runAt: (run: () => void, atMs: number) => () => void
}

/**
 * Forage's browser SDK with a token that is renewed. The SDK captures its token at construction, so a newer
 * token means another instance with other inputs: the bridge chooses the moment, and moves the page's elements
 * over. It never sends a card number or a PIN a second time.
 */
export class SdkBridge implements ForageCalls {
  readonly #options: SdkBridgeOptions
  readonly #elements = new SdkElements({
    onMount: () => this.refresh(),
    onEmptied: () => this.#inputIsGone(),
  })
  readonly #state = new SdkStateStore()
  #loading: Promise<ForageFactory> | undefined
  #instance: { sdk: ForageSdk; token: string } | undefined
  #rejectedToken: string | undefined
  #callsInFlight = 0
  #rebuildIsWaiting = false
  /** To be dropped, but a call is under way. */
  #isDropped = false
  #running = false
  #epoch = 0
  #queue: Promise<void> = Promise.resolve()
  #cancelRetry: () => void = () => {}

  constructor(options: SdkBridgeOptions) {
    this.#options = options
  }

  readonly getState = (): SdkBridgeState => this.#state.get()

  readonly subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener)

  /** Loads the SDK, asks for a token, follows the session. Returns the function that stops it. */
  readonly start = (): (() => void) => {
    this.#running = true
    const unsubscribe = this.#options.session.on((event) => this.#onSessionEvent(event))
    this.refresh()
    return () => {
      this.#running = false
      unsubscribe()
      this.#cancelRetry()
    }
  }

  /** Makes sure that the token is good for `minValidityMs`, after a time in which nothing renewed it. */
  readonly refresh = (): void => void this.#sync(this.#options.minValidityMs())

  /** Another merchant, customer or checkout: nothing of the present instance may be sent. */
  readonly restart = (): void => {
    this.#drop()
    this.refresh()
  }

  readonly createElement = (type: ForageElementType, style?: ForageElementStyle): ForageElement =>
    this.#elements.create(type, style)

  readonly tokenizeCard: ForageCalls['tokenizeCard'] = (handle, options) =>
    this.#submit(handle, (sdk, element) => sdk.tokenizeCard(element, options))

  readonly checkBalance: ForageCalls['checkBalance'] = (handle, paymentMethodRef) =>
    this.#submit(handle, (sdk, element) => sdk.checkBalance(element, paymentMethodRef))

  readonly capturePayment: ForageCalls['capturePayment'] = (handle, paymentRef) =>
    this.#submit(handle, (sdk, element) => sdk.capturePayment(element, paymentRef))

  readonly deferPaymentCapture: ForageCalls['deferPaymentCapture'] = (handle, paymentRef) =>
    this.#submit(handle, (sdk, element) => sdk.deferPaymentCapture(element, paymentRef))

  async #submit<T>(
    handle: ForageElement,
    call: (sdk: ForageSdk, element: ForageElement) => Promise<T>,
  ): Promise<T> {
    const element = this.#elements.get(handle)
    const instance = this.#instance
    // A refused token, or another customer: what is typed there is on its way out.
    if (!element?.current || !instance || this.#rejectedToken !== undefined)
      throw notMounted(this.#state.get().error)
    const { current, hasInput } = element
    element.hasInput = false
    try {
      const result = await this.#track(() => call(instance.sdk, current))
      this.#state.needsReentry(false)
      this.#inputIsGone()
      return result
    } catch (error) {
      // The SDK forgets a PIN whatever came of it; a card number stays, to be corrected or sent again.
      if (element.current === current && element.keepsInput) element.hasInput ||= hasInput
      await this.#afterFailure(error, instance.token)
      throw error
    }
  }

  async #track<T>(call: () => Promise<T>): Promise<T> {
    this.#callsInFlight += 1
    try {
      return await call()
    } finally {
      this.#callsInFlight -= 1
    }
  }

  /** Waits for the new inputs, so that nothing is typed into the old ones after the page shows the error. */
  async #afterFailure(error: unknown, token: string): Promise<void> {
    if (!isSdkTokenError(error) || this.#isDropped || this.#instance?.token !== token)
      return this.#inputIsGone()
    this.#rejectedToken = token
    this.#state.needsReentry(true)
    await this.#sync(this.#options.minValidityMs())
  }

  #inputIsGone(): void {
    if (this.#isDropped && this.#emptyElements()) this.#forget()
    if (this.#rebuildIsWaiting) void this.#sync()
  }

  #onSessionEvent(event: SessionEvent): void {
    if (event.type === 'token-received' && this.#needsToken()) void this.#sync()
    if (event.type !== 'token-invalidated' || !endsCheckout(event.by)) return
    this.#drop()
    if (event.by === 'checkout') this.refresh()
  }

  /** An instance without inputs waits for the next mount: it must not keep an unused session alive. */
  #needsToken(): boolean {
    return this.#state.get().status !== 'ready' || this.#elements.wanted
  }

  /** One at a time, so that an older token never replaces a newer one. Never rejects. */
  #sync(minValidityMs?: number): Promise<void> {
    this.#queue = this.#queue.then(() => this.#syncOnce(minValidityMs))
    return this.#queue
  }

  async #syncOnce(minValidityMs: number | undefined): Promise<void> {
    if (!this.#running) return
    this.#cancelRetry()
    const epoch = this.#epoch
    try {
      const [factory, token] = await Promise.all([this.#load(), this.#askForToken(minValidityMs)])
      if (this.#running && epoch === this.#epoch) this.#adopt(factory, token)
    } catch (error) {
      if (this.#running && epoch === this.#epoch) this.#fail(error)
    }
  }

  #load(): Promise<ForageFactory> {
    this.#loading ??= this.#options.load().catch((error: unknown) => {
      this.#loading = undefined
      throw asError(error)
    })
    return this.#loading
  }

  /** Who gets no newer token takes the one that is there. */
  async #askForToken(minValidityMs: number | undefined): Promise<string> {
    const { getToken, getSnapshot } = this.#options.session
    const rejected = this.#rejectedToken === undefined ? {} : { rejected: this.#rejectedToken }
    if (minValidityMs === undefined) return await getToken(rejected)
    try {
      return await getToken({ minValidityMs, ...rejected })
    } catch (error) {
      if (getSnapshot().status !== 'degraded') throw error
      return await getToken(rejected)
    }
  }

  #adopt(factory: ForageFactory, token: string): void {
    const decision = decideRebuild({
      tokenIsNewer: token !== this.#instance?.token,
      tokenWasRejected: this.#rejectedToken !== undefined,
      hasInput: this.#elements.hasInput,
      callsInFlight: this.#callsInFlight,
    })
    this.#rebuildIsWaiting = decision === 'wait'
    if (decision === 'rebuild') this.#rebuild(factory, token)
    // A dead instance that a call keeps alive takes no input any more.
    if (this.#rejectedToken !== undefined) return
    this.#state.ready()
    this.#bindElements()
  }

  #rebuild(factory: ForageFactory, token: string): void {
    const sdk = factory({ ...this.#options.config(), sessionToken: token })
    this.#elements.unbind()
    this.#forget()
    this.#instance = { sdk, token }
  }

  #bindElements(): void {
    if (this.#instance) this.#elements.bind(this.#instance.sdk, (error) => this.#state.failed(asError(error)))
  }

  #fail(error: unknown): void {
    const isForToken = isForageSessionError(error)
    const isRefused = !this.#instance || this.#rejectedToken !== undefined
    if (isForToken && error.code === 'checkout_changed') return this.restart()
    this.#state.failed(asError(error))
    // What would be typed now could only be refused again; what was typed may still be in time.
    if (isRefused || !this.#elements.hasInput) this.#rebuildIsWaiting = !this.#emptyElements()
    if (isForToken && error.retryAt !== undefined) {
      this.#cancelRetry = this.#options.runAt(this.refresh, error.retryAt)
    }
  }

  /** Not while a call is under way: without its input, nobody would hear whether the payment was charged. */
  #emptyElements(): boolean {
    if (this.#callsInFlight > 0) return false
    this.#elements.unbind()
    return true
  }

  #drop(): void {
    this.#epoch += 1
    this.#state.reset()
    this.#rebuildIsWaiting = false
    this.#rejectedToken = this.#instance?.token
    this.#isDropped = !this.#emptyElements()
    if (!this.#isDropped) this.#forget()
  }

  #forget(): void {
    this.#isDropped = false
    this.#instance = undefined
    this.#rejectedToken = undefined
  }
}

/** A token that ran out or was refused is followed by another one of the same checkout. */
function endsCheckout(by: Extract<SessionEvent, { type: 'token-invalidated' }>['by']): boolean {
  return by === 'checkout' || by === 'clear' || by === 'close'
}

function asError(error: unknown): Error {
  if (error instanceof Error) return error
  return new ForageSdkError('load_failed', 'The Forage SDK could not be loaded.', error)
}

function notMounted(cause: Error | undefined): ForageSdkError {
  const message = 'The Forage SDK has no input for this call: it was not mounted, or there is no token yet.'
  return new ForageSdkError('not_mounted', message, cause)
}
