import { useEffect, useMemo, useSyncExternalStore } from 'react'

import { useSessionScope, type SessionScope } from '../provider/session-context.ts'
import { useKeyed, useLatest } from '../shared/hook-tools.ts'
import { isPageVisible, onVisibilityChange } from '../shared/page.ts'
import { SdkBridge, type SdkCalls } from './sdk-bridge.ts'
import type { UseForageSdkOptions } from './sdk-source.ts'
import { initialPageState, type SdkPageState } from './sdk-state.ts'

/** The state of the SDK and its functions. */
export type UseForageSdkResult = SdkPageState & SdkCalls

/**
 * Loads Forage's browser SDK and keeps its token usable. The SDK is rebuilt with a newer token only while no element
 * has input. A call that fails because of the token rejects with the SDK's own error and sets `needsReentry`: ask
 * the customer to type the card number or PIN again. No input is ever sent twice.
 *
 * @example
 * ```tsx
 * import { useForageSdk, type ForageFactory } from '@forage-session/react'
 * import { useEffect, useMemo } from 'react'
 *
 * declare function loadForage(): Promise<ForageFactory>
 *
 * export function PinForm({ paymentRef }: { paymentRef: string }) {
 *   const sdk = useForageSdk({ load: loadForage, merchantId: 'mid/123ab45c67', customerId: 'customer-hash' })
 *   const { createElement, needsReentry } = sdk
 *   const pin = useMemo(() => createElement('collect_pin'), [createElement])
 *   useEffect(() => {
 *     pin.mount('pin')
 *     return () => pin.destroy()
 *   }, [pin])
 *   return (
 *     <>
 *       <div id="pin" />
 *       {needsReentry && <p role="alert">Enter your PIN again.</p>}
 *       <button onClick={() => void sdk.capturePayment(pin, paymentRef)}>Pay</button>
 *     </>
 *   )
 * }
 * ```
 */
export function useForageSdk(options: UseForageSdkOptions): UseForageSdkResult {
  const scope = useSessionScope()
  const bridge = useBridge(scope, options)
  useStart(bridge, scope.enabled)
  // Input for one customer, merchant or checkout is never sent for another.
  useEffect(() => bridge.restart())
  const state = useSyncExternalStore(bridge.subscribe, bridge.getState, () => initialPageState)
  return useMemo(() => ({ ...state, ...bridge.calls }), [state, bridge])
}

function useBridge({ session, clock }: SessionScope, options: UseForageSdkOptions): SdkBridge {
  const latest = useLatest(options)
  return useKeyed(session, () => new SdkBridge({ session, clock, options: () => latest.current }))
}

/** Runs the bridge while mounted and enabled. No timer ran in a hidden page, so the token may be old when it is shown. */
function useStart(bridge: SdkBridge, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return undefined
    const stop = bridge.start()
    const unsubscribe = onVisibilityChange(() => isPageVisible() && bridge.refresh())
    return () => {
      stop()
      unsubscribe()
    }
  }, [bridge, enabled])
}
