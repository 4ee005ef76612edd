import type { ForageElement, ForageElementStyle, ForageElementType, ForageSdk } from './forage-sdk-types.ts'
import { SdkElement } from './sdk-element.ts'

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

  /** Whether the page wants at least one element in the document. */
  get wanted(): boolean {
    return [...this.#elements.values()].some((element) => element.wanted)
  }

  get(handle: ForageElement): SdkElement | undefined {
    return this.#elements.get(handle)
  }

  create(type: ForageElementType, style: ForageElementStyle | undefined): ForageElement {
    const element = new SdkElement(type, style)
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

  /** Mounts each wanted element that is not in the document yet. A failure does not stop the others. */
  bind(sdk: ForageSdk, onError: (error: unknown) => void): void {
    for (const element of this.#elements.values()) {
      try {
        element.bind(sdk)
      } catch (error) {
        onError(error)
      }
    }
  }

  /** Removes the SDK's elements, and with them the input. */
  unbind(): void {
    for (const element of this.#elements.values()) element.unbind()
  }
}
