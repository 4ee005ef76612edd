type SdkStatus =
  | { readonly status: 'loading'; readonly error: undefined }
  | { readonly status: 'ready'; readonly error: undefined }
  | { readonly status: 'failed'; readonly error: Error }

export type SdkBridgeState = SdkStatus & {
  /** A call failed for the token, so the card number or the PIN has to be typed again. Nothing was sent on. */
  readonly needsReentry: boolean
}

export const initialSdkState: SdkBridgeState = { status: 'loading', error: undefined, needsReentry: false }

/** What the page may know of the SDK. The same object until it changes. */
export class SdkStateStore {
  #state: SdkBridgeState = initialSdkState
  readonly #listeners = new Set<() => void>()

  readonly get = (): SdkBridgeState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  reset(): void {
    this.#publish(initialSdkState)
  }

  ready(): void {
    this.#publish({ status: 'ready', error: undefined, needsReentry: this.#state.needsReentry })
  }

  failed(error: Error): void {
    this.#publish({ status: 'failed', error, needsReentry: this.#state.needsReentry })
  }

  needsReentry(needsReentry: boolean): void {
    this.#publish({ ...this.#state, needsReentry })
  }

  #publish(next: SdkBridgeState): void {
    const now = this.#state
    const isSame = now.status === next.status && now.error === next.error
    if (isSame && now.needsReentry === next.needsReentry) return
    this.#state = next
    for (const listener of this.#listeners) listener()
  }
}
