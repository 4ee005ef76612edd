import { ForageSdkError } from './forage-sdk-error.ts'
import type {
  ForageElement,
  ForageElementEvent,
  ForageElementHandler,
  ForageElementStyle,
  ForageElementType,
  ForageSdk,
} from './forage-sdk-types.ts'

/**
 * An element of the page. It remembers its place and its listeners, so that the SDK's element behind it can be
 * replaced.
 */
export class SdkElement {
  /** Whether a `change` event came since the last mount, clear or submit. */
  hasInput = false
  #mountId: string | undefined
  #current: ForageElement | undefined
  #wasMounted = false
  readonly #handlers: [ForageElementEvent, ForageElementHandler][] = []
  readonly #type: ForageElementType
  readonly #style: ForageElementStyle | undefined

  constructor(type: ForageElementType, style: ForageElementStyle | undefined) {
    this.#type = type
    this.#style = style
    this.on('change', () => (this.hasInput = true))
  }

  /** The SDK's element, if it is mounted. */
  get current(): ForageElement | undefined {
    return this.#current
  }

  /** Whether the SDK keeps the input after a failed call. */
  get keepsInput(): boolean {
    return this.#type === 'tokenize_card'
  }

  /** Whether the page wants the element in the document. */
  get wanted(): boolean {
    return this.#mountId !== undefined
  }

  placeAt(htmlElementId: string): void {
    this.unbind()
    this.#mountId = htmlElementId
    this.#wasMounted = false
  }

  on(event: ForageElementEvent, handler: ForageElementHandler): void {
    this.#handlers.push([event, handler])
    if (this.#current) this.#listen(this.#current, event, handler)
  }

  clear(): void {
    this.#current?.clear()
    this.hasInput = false
  }

  /** Mounts the element if it is wanted and not in the document yet. Throws if its first mount fails. */
  bind(sdk: ForageSdk): void {
    if (this.#current || this.#mountId === undefined) return
    try {
      this.#current = sdk.create(this.#type, this.#style && { style: this.#style })
      for (const [event, handler] of this.#handlers) this.#listen(this.#current, event, handler)
      this.#current.mount(this.#mountId)
      this.#wasMounted = true
    } catch (error) {
      const wasMounted = this.#wasMounted
      this.destroy()
      // The page removed the container without `destroy()`. That is no failure of the other elements.
      if (!wasMounted) throw mountFailed(error)
    }
  }

  /** Removes the SDK's element, and with it the input. */
  unbind(): void {
    const current = this.#current
    this.#current = undefined
    this.hasInput = false
    try {
      current?.destroy()
    } catch {
      // The container left the document first, so the element is gone already.
    }
  }

  destroy(): void {
    this.#mountId = undefined
    this.unbind()
  }

  #listen(element: ForageElement, event: ForageElementEvent, handler: ForageElementHandler): void {
    // The iframe of a replaced element may still deliver an event.
    element.on(event, (detail) => {
      if (this.#current === element) handler(detail)
    })
  }
}

function mountFailed(cause: unknown): ForageSdkError {
  const reason = cause instanceof Error ? cause.message : 'The SDK refused it.'
  return new ForageSdkError('mount_failed', `An input could not be mounted. ${reason}`, cause)
}
