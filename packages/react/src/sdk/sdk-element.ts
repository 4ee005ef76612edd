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
 * What the page holds instead of the SDK's own element: it remembers where it is mounted and who listens, so
 * that the SDK's element under it can be replaced.
 */
export class SdkElement {
  /** A `change` since mount, clear or submit. */
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

  /** The SDK's element, once mounted. */
  get current(): ForageElement | undefined {
    return this.#current
  }

  /** Whether what was typed is still there after a call that failed. */
  get keepsInput(): boolean {
    return this.#type === 'tokenize_card'
  }

  /** Whether the page wants it in the document. */
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

  /** Mounts it on `sdk` if it is wanted and not there yet. Throws a `ForageSdkError` at the first mount. */
  bind(sdk: ForageSdk): void {
    if (this.#current || this.#mountId === undefined) return
    try {
      this.#current = sdk.create(this.#type, this.#style && { style: this.#style })
      for (const [event, handler] of this.#handlers) this.#listen(this.#current, event, handler)
      this.#current.mount(this.#mountId)
      this.#wasMounted = true
    } catch (error) {
      const forgotten = this.#wasMounted
      this.destroy()
      // The page took its container away without `destroy()`: no reason to fail the inputs that are there.
      if (!forgotten) throw mountFailed(error)
    }
  }

  /** Takes the SDK's element away, and what was typed into it. */
  unbind(): void {
    const current = this.#current
    this.#current = undefined
    this.hasInput = false
    try {
      current?.destroy()
    } catch {
      // Its container left the document before it: there is nothing to take away.
    }
  }

  destroy(): void {
    this.#mountId = undefined
    this.unbind()
  }

  #listen(element: ForageElement, event: ForageElementEvent, handler: ForageElementHandler): void {
    // The iframe of a replaced element may still have an event under way.
    element.on(event, (detail) => {
      if (this.#current === element) handler(detail)
    })
  }
}

function mountFailed(cause: unknown): ForageSdkError {
  const reason = cause instanceof Error ? cause.message : 'The SDK refused it.'
  return new ForageSdkError('mount_failed', `An input could not be mounted. ${reason}`, cause)
}
