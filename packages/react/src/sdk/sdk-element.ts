import { ForageSdkError } from './forage-sdk-error.ts'
import type {
  ForageElement,
  ForageElementEvent,
  ForageElementHandler,
  ForageElementOptions,
  ForageElementType,
  ForageSdk,
} from './forage-sdk-types.ts'

/** An SDK, with the token that it captured. */
export interface TokenedSdk {
  readonly sdk: ForageSdk
  readonly token: string
}

/** An element of the SDK in the document, and the instance that created it. */
export interface MountedElement extends TokenedSdk {
  readonly element: ForageElement
  /** The number of calls in progress. Without its element, the page would not learn whether a payment was charged. */
  calls: number
}

/**
 * An element of the page. It remembers its place and its listeners, so that the SDK's element behind it can be
 * replaced.
 */
export class SdkElement {
  /** Whether a `change` event came since the last mount, clear or submit. */
  hasInput = false
  #mountId: string | undefined
  #current: MountedElement | undefined
  #wasMounted = false
  /** The elements of former checkouts that still have a call in progress. */
  readonly #former = new Set<MountedElement>()
  readonly #handlers: [ForageElementEvent['type'], ForageElementHandler][] = []
  readonly #type: ForageElementType
  readonly #options: ForageElementOptions | undefined

  constructor(type: ForageElementType, options: ForageElementOptions | undefined) {
    this.#type = type
    this.#options = options
    this.on('change', () => (this.hasInput = true))
  }

  /** The SDK's element, if it is mounted. */
  get current(): MountedElement | undefined {
    return this.#current
  }

  /** Whether the SDK's element has a call in progress. */
  get isBusy(): boolean {
    return this.#current !== undefined && this.#current.calls > 0
  }

  /** Whether the SDK keeps the input after a failed call. */
  get keepsInput(): boolean {
    return this.#type !== 'collect_pin'
  }

  /** Whether the page wants the element in the document. */
  get wanted(): boolean {
    return this.#mountId !== undefined
  }

  placeAt(htmlElementId: string): void {
    this.#remove()
    this.#mountId = htmlElementId
    this.#wasMounted = false
  }

  on(event: ForageElementEvent['type'], handler: ForageElementHandler): void {
    this.#handlers.push([event, handler])
    if (this.#current) this.#listen(this.#current, event, handler)
  }

  clear(): void {
    this.#current?.element.clear()
    this.hasInput = false
  }

  /** Waits for a call of the SDK's element, which stays in the document until then. */
  async track<T>(own: MountedElement, call: () => Promise<T>): Promise<T> {
    own.calls += 1
    try {
      return await call()
    } finally {
      own.calls -= 1
      if (own.calls === 0 && this.#former.delete(own)) remove(own)
    }
  }

  /**
   * Mounts the element if it is wanted and this instance has not mounted it yet. Input stays in its own instance,
   * unless that one's token was refused. Throws if the first mount fails.
   */
  bind({ sdk, token }: TokenedSdk, refused: ReadonlySet<string>): void {
    const own = this.#current
    if (own && own.sdk !== sdk && (!this.hasInput || refused.has(own.token))) this.unbind()
    if (this.#current || this.#mountId === undefined) return
    try {
      const created = { sdk, token, element: sdk.create(this.#type, this.#options), calls: 0 }
      this.#current = created
      for (const [event, handler] of this.#handlers) this.#listen(created, event, handler)
      created.element.mount(this.#mountId)
      this.#wasMounted = true
    } catch (error) {
      const wasMounted = this.#wasMounted
      this.destroy()
      // The page removed the container without `destroy()`. That is no failure of the other elements.
      if (!wasMounted) throw mountFailed(error)
    }
  }

  /** Removes the SDK's element, and with it the input, unless it has a call in progress. */
  unbind(): void {
    if (!this.isBusy) this.#remove()
  }

  /** Makes room for the next checkout. An element with a call in progress is hidden until the call ends. */
  leave(): void {
    const own = this.#current
    if (!own || !this.isBusy) return this.#remove()
    this.#current = undefined
    this.hasInput = false
    this.#former.add(own)
    // A frame that is moved or removed would lose its call.
    const place = (globalThis as { document?: Document }).document?.getElementById(this.#mountId ?? '')
    for (const frame of place?.querySelectorAll('iframe') ?? []) {
      frame.style.setProperty('display', 'none', 'important')
    }
  }

  destroy(): void {
    this.#mountId = undefined
    this.#remove()
    for (const own of this.#former) remove(own)
    this.#former.clear()
  }

  #remove(): void {
    const own = this.#current
    this.#current = undefined
    this.hasInput = false
    if (own) remove(own)
  }

  #listen(own: MountedElement, type: ForageElementEvent['type'], handler: ForageElementHandler): void {
    own.element.on(type, (event) => {
      // The iframe of a replaced element may still deliver an event.
      if (this.#current !== own) return
      // An earlier version of the SDK may deliver less than it documents.
      handler({
        type,
        usecase: this.#type,
        error: null,
        ...(event as Partial<ForageElementEvent> | undefined),
      })
    })
  }
}

function remove({ element }: MountedElement): void {
  try {
    element.destroy()
  } catch {
    // The container left the document first, so the element is gone already.
  }
}

function mountFailed(cause: unknown): ForageSdkError {
  const reason = cause instanceof Error ? cause.message : 'The SDK refused it.'
  return new ForageSdkError('mount_failed', `An input could not be mounted. ${reason}`, cause)
}
