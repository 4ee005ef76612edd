import type { ForageSdk } from './forage-sdk-types.ts'

type SdkStatus =
  | { readonly status: 'loading'; readonly error: undefined }
  | { readonly status: 'ready'; readonly error: undefined }
  | { readonly status: 'failed'; readonly error: Error }

/** The state of the SDK, as the page sees it. */
export type SdkPageState = SdkStatus & {
  /**
   * The last call failed because of the token, and nothing was charged: ask for the card number or the PIN again. Ends
   * with the next call that succeeds or fails for another reason, for example a wrong PIN.
   */
  readonly needsReentry: boolean
}

/** The SDK instance. `refused`: the API refused the token that it captured. */
export type SdkInstance =
  | { readonly phase: 'none'; readonly sdk?: undefined; readonly token?: undefined }
  | { readonly phase: 'usable' | 'refused'; readonly sdk: ForageSdk; readonly token: string }

export interface SdkState {
  readonly page: SdkPageState
  readonly instance: SdkInstance
}

export const initialPageState: SdkPageState = { status: 'loading', error: undefined, needsReentry: false }

const noInstance: SdkInstance = { phase: 'none' }

export const initialSdkState: SdkState = { page: initialPageState, instance: noInstance }

/** A change of the state, named after its event. Returns the same `page` object if the page sees no change. */
export type SdkTransition<Arguments extends unknown[]> = (state: SdkState, ...args: Arguments) => SdkState

export const instanceBuilt: SdkTransition<[sdk: ForageSdk, token: string]> = ({ page }, sdk, token) => ({
  page,
  instance: { phase: 'usable', sdk, token },
})

/** The API refused a token of this checkout: that of the instance, or that of an earlier one. */
export const tokenRefused: SdkTransition<[token: string]> = ({ page, instance }, token) =>
  withPage(
    { page, instance: instance.token === token ? { ...instance, phase: 'refused' } : instance },
    { needsReentry: true },
  )

/** The page shows another checkout, merchant or customer. */
export const checkoutDropped: SdkTransition<[]> = ({ page }) =>
  withPage({ page, instance: noInstance }, initialPageState)

/** A call ended, and the token was not the reason if it failed: the page has to show that error. */
export const inputTaken: SdkTransition<[]> = (state) => withPage(state, { needsReentry: false })

export const sdkReady: SdkTransition<[]> = (state) => withPage(state, { status: 'ready', error: undefined })

export const sdkFailed: SdkTransition<[error: Error]> = (state, error) =>
  withPage(state, { status: 'failed', error })

function withPage(state: SdkState, change: SdkStatus | Pick<SdkPageState, 'needsReentry'>): SdkState {
  const { page, instance } = state
  const next = { ...page, ...change }
  const isSame =
    page.status === next.status && page.error === next.error && page.needsReentry === next.needsReentry
  return isSame ? state : { page: next, instance }
}
