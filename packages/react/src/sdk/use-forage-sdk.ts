import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'

import { useSessionScope, type SessionScope } from '../provider/session-context.ts'
import { useKeyed } from '../shared/hook-tools.ts'
import { useLatest } from '../shared/hook-tools.ts'
import { isPageVisible, onVisibilityChange } from '../shared/page.ts'
import { SdkBridge, type SdkCalls, type UseForageSdkOptions } from './sdk-bridge.ts'
import { initialSdkState, type SdkBridgeState } from './sdk-state.ts'

/** The state of the SDK, and its calls. */
export type UseForageSdkResult = SdkBridgeState & SdkCalls

/**
 * Forage's browser SDK with a token that is kept usable. Its instance is replaced only while nothing is typed.
 * A call that fails for the token rejects with the SDK's own error and sets `needsReentry`: ask the customer to
 * type again. Nothing typed is ever sent twice.
 */
export function useForageSdk(options: UseForageSdkOptions): UseForageSdkResult {
  const scope = useSessionScope()
  const bridge = useBridge(scope, options)
  useFollow(bridge, scope.enabled)
  useRestart(bridge, scope, options)
  const state = useSyncExternalStore(bridge.subscribe, bridge.getState, () => initialSdkState)
  return useMemo(() => ({ ...state, ...bridge.calls }), [state, bridge])
}

function useBridge({ session, clock }: SessionScope, options: UseForageSdkOptions): SdkBridge {
  const latest = useLatest(options)
  return useKeyed(session, () => {
    return new SdkBridge({ session, clock, options: () => latest.current })
  })
}

/** Runs while mounted and enabled; asks again when the page comes back from a time without timers. */
function useFollow(bridge: SdkBridge, enabled: boolean): void {
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

/** What was typed for one customer, merchant or checkout is not sent for another. */
function useRestart(
  bridge: SdkBridge,
  { checkoutId }: SessionScope,
  { merchantId, customerId }: UseForageSdkOptions,
): void {
  const who = JSON.stringify([merchantId, customerId, checkoutId])
  const started = useRef(who)
  useEffect(() => {
    if (started.current !== who) bridge.restart()
    started.current = who
  }, [bridge, who])
}
