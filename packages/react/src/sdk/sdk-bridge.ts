import {
  isForageSessionError,
  isSdkRejection,
  type ForageSession,
  type SessionEvent,
} from '@forage-session/core'

import { delayUntil, type HookClock } from '../shared/page.ts'
import { ForageSdkError } from './forage-sdk-error.ts'
import type {
  ForageCalls,
  ForageElement,
  ForageElementOptions,
  ForageElementType,
  ForageFactory,
  ForageSdk,
} from './forage-sdk-types.ts'
import { SdkElements } from './sdk-elements.ts'
import { decideRebuild } from './sdk-rebuild.ts'
import {
  createFactorySource,
  getSdkToken,
  loadFailed,
  type FactorySource,
  type UseForageSdkOptions,
} from './sdk-source.ts'
import {
  checkoutDropped,
  initialSdkState,
  inputTaken,
  instanceBuilt,
  sdkFailed,
  sdkReady,
  tokenRefused,
  type SdkPageState,
  type SdkTransition,
} from './sdk-state.ts'

/** The functions of `useForageSdk`. Each is stable and needs no receiver. */
export type SdkCalls = ForageCalls & {
  /** Creates an input. It stays when the SDK is rebuilt with a newer token. `options` go to `forage.create` unchanged. */
  createElement(type: ForageElementType, options?: ForageElementOptions): ForageElement
}

export interface SdkBridgeOptions {
  session: ForageSession
  clock: HookClock
  /** Called at each use: the options may change at any time. */
  options: () => UseForageSdkOptions
}

/**
 * Connects Forage's browser SDK with a session that renews its token. The SDK captures its token at construction,
 * so a newer token needs another instance with other inputs. The bridge chooses the moment, and moves the page's
 * elements to that instance. It never sends a card number or a PIN twice.
 */
export class SdkBridge {
  readonly #scope: SdkBridgeOptions
  readonly #source: FactorySource
  readonly #listeners = new Set<() => void>()
  readonly #elements = new SdkElements(
    () => this.refresh(),
    () => this.#onInputGone(),
  )
  #state = initialSdkState
  /** A newer token is available, but input or a call in progress keeps an instance. */
  #rebuildIsDue = false
  /** The tokens of this checkout that the API refused. */
  readonly #refused = new Set<string>()
  /** Counts the drops. Work that began before the last drop has no effect. */
  #epoch = 0
  /** The checkout, merchant and customer since the last drop. */
  #purpose: string | undefined
  #isRunning = false
  #queue: Promise<void> = Promise.resolve()
  #retryTimer: unknown

  constructor(scope: SdkBridgeOptions) {
    this.#scope = scope
    this.#source = createFactorySource(scope.clock, () => scope.options().load())
  }

  readonly getState = (): SdkPageState => this.#state.page

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Loads the SDK, requests a token and follows the session. Returns the function that stops the bridge. */
  readonly start = (): (() => void) => {
    this.#isRunning = true
    this.#purpose ??= this.#readPurpose()
    const unsubscribe = this.#scope.session.on((event) => this.#onSessionEvent(event))
    this.refresh()
    return () => {
      this.#isRunning = false
      unsubscribe()
      this.#scope.clock.clearTimeout(this.#retryTimer)
    }
  }

  /** Ensures a token that is valid for `minValidityMs`, for example after a time in which no timer ran. */
  readonly refresh = (): void => void this.#syncForInput()

  /** Starts again for another merchant, customer or checkout: input of the current instance must not be sent. */
  readonly restart = (): void => {
    if (this.#purpose !== this.#readPurpose()) this.#startAgain()
  }

  readonly calls: SdkCalls = {
    createElement: (type, options) => this.#elements.create(type, options),
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
    const current = element?.current
    // Input of an instance whose token was refused is about to be removed.
    if (!element || !current || this.#refused.has(current.token)) throw notMounted(this.getState().error)
    const { hasInput } = element
    element.hasInput = false
    const epoch = this.#epoch
    try {
      const result = await element.track(current, () => call(current.sdk, current.element))
      this.#onInputGone(epoch)
      return result
    } catch (error) {
      // After a failed call the SDK keeps a card number, which can be corrected or sent again, but no PIN.
      if (element.current === current && element.keepsInput) element.hasInput ||= hasInput
      if (epoch === this.#epoch && isSdkRejection(error)) await this.#replaceToken(current.token)
      else this.#onInputGone(epoch)
      throw error
    }
  }

  /** Waits for the new inputs: when the page shows the error, the customer must not type into the old ones. */
  async #replaceToken(refused: string): Promise<void> {
    this.#refused.add(refused)
    this.#apply(tokenRefused, refused)
    await this.#syncForInput()
  }

  /** A call (of `epoch`) ended or the page emptied an input, so a rebuild that was due may be possible. */
  #onInputGone(epoch?: number): void {
    if (epoch === this.#epoch) this.#apply(inputTaken)
    if (this.#rebuildIsDue) void this.#sync()
  }

  #onSessionEvent(event: SessionEvent): void {
    if (event.type === 'token-received' && this.#needsToken()) void this.#sync()
    // A token that expired or was refused is followed by another one. The customer of a page from the back/forward
    // cache may have signed out.
    const { by } = event as { by?: string }
    if (by === 'checkout' || by === 'restored') this.#startAgain()
    if (by === 'clear' || by === 'close') this.#drop()
  }

  /** An instance without inputs waits for the next mount, so that it does not keep an unused session alive. */
  #needsToken(): boolean {
    return this.#state.page.status !== 'ready' || this.#elements.wanted
  }

  #syncForInput(): Promise<void> {
    return this.#sync(this.#scope.options().minValidityMs ?? 450_000)
  }

  /** Runs one sync at a time, so that an older token never replaces a newer one. Never rejects. */
  async #sync(minValidityMs?: number): Promise<void> {
    const epoch = this.#epoch
    const isCurrent = (): boolean => this.#isRunning && epoch === this.#epoch
    if (!isCurrent()) return
    // Not in the queue: a mount joins the load in progress, or begins a new one at once.
    const loading = this.#source.load()
    loading.catch(() => {})
    this.#queue = this.#queue.then(() => this.#syncOnce(isCurrent, loading, minValidityMs))
    await this.#queue
  }

  async #syncOnce(
    isCurrent: () => boolean,
    loading: Promise<ForageFactory>,
    minValidityMs: number | undefined,
  ): Promise<void> {
    if (!isCurrent()) return
    this.#scope.clock.clearTimeout(this.#retryTimer)
    try {
      const token = getSdkToken(this.#scope.session, minValidityMs, this.#refusedToken())
      const parts = await Promise.all([loading, token])
      if (isCurrent()) this.#adopt(...parts, minValidityMs !== undefined)
    } catch (error) {
      if (isCurrent()) this.#fail(error)
    }
  }

  /** The token of an instance that takes no input anymore. */
  #refusedToken(): string | undefined {
    const { instance } = this.#state
    return instance.phase === 'usable' ? undefined : instance.token
  }

  #adopt(factory: ForageFactory, token: string, isForInput: boolean): void {
    const { instance } = this.#state
    const decision = decideRebuild({
      tokenIsNewer: token !== instance.token,
      tokenWasRejected: this.#refusedToken() !== undefined,
      hasInput: this.#elements.hasInput,
      // Input that is about to be typed must not wait for a call that may never settle.
      isBusy: this.#elements.isBusy && !isForInput,
    })
    if (decision === 'rebuild') this.#apply(instanceBuilt, this.#construct(factory, token), token)
    const current = this.#state.instance
    if (current.phase !== 'usable') return
    this.#apply(sdkReady)
    this.#elements.bind(current, this.#refused, (error) => this.#showFailure(error))
    this.#rebuildIsDue = decision === 'wait' || this.#elements.isKept(current.sdk)
  }

  #construct(factory: ForageFactory, sessionToken: string): ForageSdk {
    const { merchantId, customerId } = this.#scope.options()
    try {
      const sdk: unknown = factory({ merchantId, customerId, sessionToken })
      if (isSdk(sdk)) return sdk
      throw new TypeError('The factory returned no SDK.')
    } catch (error) {
      this.#source.forgetFactory()
      throw loadFailed(error)
    }
  }

  #fail(error: unknown): void {
    const isForToken = isForageSessionError(error)
    if (isForToken && error.code === 'checkout_changed') return this.#startAgain()
    this.#showFailure(error)
    // Without a usable instance new input would be refused again. Input of a usable one may still be in time.
    const isUsable = this.#state.instance.phase === 'usable'
    if (!isUsable || !this.#elements.hasInput) {
      this.#elements.unbind()
      this.#rebuildIsDue = this.#elements.isBusy
    }
    if (isForToken && error.retryAt !== undefined) {
      this.#retryTimer = this.#scope.clock.setTimeout(
        this.refresh,
        delayUntil(error.retryAt, this.#scope.clock),
      )
    }
  }

  #showFailure(error: unknown): void {
    this.#apply(sdkFailed, error instanceof Error ? error : loadFailed(error))
  }

  /** The only place that changes the state. Calls the listeners if the page sees the change. */
  #apply<Arguments extends unknown[]>(transition: SdkTransition<Arguments>, ...args: Arguments): void {
    const { page } = this.#state
    this.#state = transition(this.#state, ...args)
    if (this.#state.page === page) return
    for (const listener of this.#listeners) listener()
  }

  #startAgain(): void {
    this.#drop()
    this.refresh()
  }

  /** A script, a token request or a call that never settles does not keep the next checkout from its own instance. */
  #drop(): void {
    this.#epoch += 1
    this.#purpose = this.#readPurpose()
    this.#rebuildIsDue = false
    this.#refused.clear()
    this.#queue = Promise.resolve()
    this.#source.abandonLoading()
    this.#apply(checkoutDropped)
    this.#elements.leave()
  }

  #readPurpose(): string {
    const { merchantId, customerId } = this.#scope.options()
    return JSON.stringify([merchantId, customerId, this.#scope.session.checkoutId])
  }
}

function isSdk(value: unknown): value is ForageSdk {
  return typeof (value as Partial<ForageSdk> | null | undefined)?.create === 'function'
}

function notMounted(cause: Error | undefined): ForageSdkError {
  const message = 'The element is not mounted, or no token is available.'
  return new ForageSdkError('not_mounted', message, cause)
}
