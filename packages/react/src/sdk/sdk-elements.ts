import type { ForageElement, ForageElementOptions, ForageElementType, ForageSdk } from './forage-sdk-types.ts'
import { SdkElement, type TokenedSdk } from './sdk-element.ts'

/** The elements that the page created. They stay when the SDK is rebuilt. */
export class SdkElements {
  readonly #elements = new Map<ForageElement, SdkElement>()
  readonly #onMount: () => void
  readonly #onEmptied: () => void

  /** `onEmptied` is called when the page clears or destroys an element. */
  constructor(onMount: () => void, onEmptied: () => void) {
    this.#onMount = onMount
    this.#onEmptied = onEmptied
  }

  get hasInput(): boolean {
    return [...this.#elements.values()].some((element) => element.hasInput)
  }

  /** Whether an element has a call in progress. Elements that the page destroyed do not count. */
  get isBusy(): boolean {
    return [...this.#elements.values()].some((element) => element.isBusy)
  }

  /** Whether the page wants at least one element in the document. */
  get wanted(): boolean {
    return [...this.#elements.values()].some((element) => element.wanted)
  }

  get(handle: ForageElement): SdkElement | undefined {
    return this.#elements.get(handle)
  }

  create(type: ForageElementType, options: ForageElementOptions | undefined): ForageElement {
    const element = new SdkElement(type, options)
    const handle: ForageElement = {
      mount: (htmlElementId) => {
        this.#elements.set(handle, element)
        element.placeAt(htmlElementId)
        this.#onMount()
      },
      on: (event, handler) => element.on(event, handler),
      clear: () => {
        element.clear()
        this.#onEmptied()
      },
      destroy: () => {
        this.#elements.delete(handle)
        element.destroy()
        this.#onEmptied()
      },
    }
    return handle
  }

  /**
   * Mounts each wanted element that this instance has not mounted yet, except those with input or a call in progress.
   * A failure does not stop the others.
   */
  bind(instance: TokenedSdk, refused: ReadonlySet<string>, onError: (error: unknown) => void): void {
    for (const element of this.#elements.values()) {
      try {
        element.bind(instance, refused)
      } catch (error) {
        onError(error)
      }
    }
  }

  /** Whether input or a call in progress keeps an element of another instance than this one. */
  isKept(sdk: ForageSdk): boolean {
    return [...this.#elements.values()].some(({ current }) => current && current.sdk !== sdk)
  }

  /** Removes the SDK's elements, and with them the input, except those with a call in progress. */
  unbind(): void {
    for (const element of this.#elements.values()) element.unbind()
  }

  /** Removes the SDK's elements, and hides those with a call in progress: the next checkout gets others. */
  leave(): void {
    for (const element of this.#elements.values()) element.leave()
  }
}
