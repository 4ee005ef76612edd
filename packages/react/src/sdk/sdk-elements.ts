import type { ForageElement, ForageElementStyle, ForageElementType, ForageSdk } from './forage-sdk-types.ts'
import { SdkElement } from './sdk-element.ts'

export interface SdkElementsEvents {
  onMount: () => void
  /** An input was emptied or taken away by the page. */
  onEmptied: () => void
}

/** The inputs that the page has made, whichever instance of the SDK they are on. */
export class SdkElements {
  readonly #elements = new Map<ForageElement, SdkElement>()
  readonly #events: SdkElementsEvents

  constructor(events: SdkElementsEvents) {
    this.#events = events
  }

  get hasInput(): boolean {
    return [...this.#elements.values()].some((element) => element.hasInput)
  }

  /** Whether the page wants one of them in the document. */
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
        this.#events.onMount()
      },
      on: (event, handler) => element.on(event, handler),
      clear: () => {
        element.clear()
        this.#events.onEmptied()
      },
      destroy: () => {
        this.#elements.delete(handle)
        element.destroy()
        this.#events.onEmptied()
      },
    }
    return handle
  }

  /** Those that are wanted and not there yet. One that fails is told, and keeps none of the others away. */
  bind(sdk: ForageSdk, onError: (error: unknown) => void): void {
    for (const element of this.#elements.values()) {
      try {
        element.bind(sdk)
      } catch (error) {
        onError(error)
      }
    }
  }

  /** With what was typed into them. */
  unbind(): void {
    for (const element of this.#elements.values()) element.unbind()
  }
}
