import {
  isForageSessionError,
  isSdkRejection,
  type ForageSession,
  type SessionEvent,
} from '@forage-session/core'

import type { HookClock } from '../shared/page.ts'
import { runAt } from '../shared/page.ts'
import { ForageSdkError } from './forage-sdk-error.ts'
import type {
  ForageCalls,
  ForageElement,
  ForageElementStyle,
  ForageElementType,
  ForageFactory,
  ForageSdk,
} from './forage-sdk-types.ts'
import { SdkElements } from './sdk-elements.ts'
import { decideRebuild } from './sdk-rebuild.ts'
import { SdkStateStore, type SdkBridgeState } from './sdk-state.ts'

/** What `useForageSdk` needs to construct the SDK. */
export interface UseForageSdkOptions {
  /** Loads the SDK, for example its script tag, and gives its `Forage` function. Called again after it failed. */
  load: () => Promise<ForageFactory>
  /** For example `mid/123ab45c67`. */
  merchantId: string
  /** The merchant's own, hashed name of the customer. */
  customerId: string
  /**
   * How long the token must be good for before an element is mounted, in ms. Default: 600 000 (10 minutes).
   * The session honours it up to half of a token's lifetime.
   */
  minValidityMs?: number
}

/** What the page does with the SDK. Each is stable and needs no receiver. */
export type SdkCalls = ForageCalls & {
  /** An input for the card number or the PIN that outlives a renewal of the token. */
  createElement(type: ForageElementType, style?: ForageElementStyle): ForageElement
}

export interface SdkBridgeOptions {
  session: ForageSession
  clock: HookClock
  /** Read when they are needed: they may change at any time. */
  options: () => UseForageSdkOptions
}

/**
 * Forage's browser SDK with a token that is renewed. The SDK captures its token at construction, so a newer
 * token means another instance with other inputs: the bridge chooses the moment, and moves the page's elements
 * over. It never sends a card number or a PIN a second time.
 */
export class SdkBridge {
  readonly #session: ForageSession
  readonly #clock: HookClock
  readonly #options: SdkBridgeOptions['options']
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

  constructor({ session, clock, options }: SdkBridgeOptions) {
    this.#session = session
    this.#clock = clock
    this.#options = options
  }

  readonly getState = (): SdkBridgeState => this.#state.get()

  readonly subscribe = (listener: () => void): (() => void) => this.#state.subscribe(listener)

  /** Loads the SDK, asks for a token, follows the session. Returns the function that stops it. */
  readonly start = (): (() => void) => {
    this.#running = true
    const unsubscribe = this.#session.on((event) => this.#onSessionEvent(event))
    this.refresh()
    return () => {
      this.#running = false
      unsubscribe()
      this.#cancelRetry()
    }
  }

  /** Makes sure that the token is good for `minValidityMs`, after a time in which nothing renewed it. */
  readonly refresh = (): void => void this.#syncForInput()

  /** Another merchant, customer or checkout: nothing of the present instance may be sent. */
  readonly restart = (): void => {
    this.#drop()
    this.refresh()
  }

  readonly calls: SdkCalls = {
    createElement: (type, style) => this.#elements.create(type, style),
    tokenizeCard: (handle, options) =>
      this.#submit(handle, (sdk, element) => sdk.tokenizeCard(element, options)),
    checkBalance: (handle, ref) => this.#submit(handle, (sdk, element) => sdk.checkBalance(element, ref)),
    capturePayment: (handle, ref) => this.#submit(handle, (sdk, element) => sdk.capturePayment(element, ref)),
    deferPaymentCapture: (handle, ref) =>
      this.#submit(handle, (sdk, element) => sdk.deferPaymentCapture(element, ref)),
  }

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
    if (!isSdkRejection(error) || this.#isDropped || this.#instance?.token !== token)
      return this.#inputIsGone()
    this.#rejectedToken = token
    this.#state.needsReentry(true)
    await this.#syncForInput()
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

  #syncForInput(): Promise<void> {
    return this.#sync(this.#options().minValidityMs ?? 600_000)
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
    this.#loading ??= this.#options()
      .load()
      .catch((error: unknown) => {
        this.#loading = undefined
        throw loadFailed(error)
      })
    return this.#loading
  }

  /** Who gets no newer token takes the one that is there. */
  async #askForToken(minValidityMs: number | undefined): Promise<string> {
    const { getToken, getSnapshot } = this.#session
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
    const { merchantId, customerId } = this.#options()
    const sdk = factory({ merchantId, customerId, sessionToken: token })
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
      this.#cancelRetry = runAt(this.#clock, this.refresh, error.retryAt)
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
  return error instanceof Error ? error : loadFailed(error)
}

function loadFailed(cause: unknown): ForageSdkError {
  return new ForageSdkError('load_failed', 'The Forage SDK could not be loaded.', cause)
}

function notMounted(cause: Error | undefined): ForageSdkError {
  const message = 'The Forage SDK has no input for this call: it was not mounted, or there is no token yet.'
  return new ForageSdkError('not_mounted', message, cause)
}
