export interface SdkSituation {
  /** The session's token is another one than the SDK instance captured, or there is no instance yet. */
  tokenIsNewer: boolean
  /** The API refused the captured token: whatever is typed into this instance cannot be sent. */
  tokenWasRejected: boolean
  /** An element had a `change` since it was mounted, cleared or submitted. */
  hasInput: boolean
  /** Calls of this instance that are not settled. */
  callsInFlight: number
}

/** `wait`: rebuild later, when the input is gone and the calls are settled. */
export type SdkRebuild = 'rebuild' | 'wait' | 'keep'

/** The SDK has no setter for its token, and a rebuild empties its inputs: when may it be rebuilt? */
export function decideRebuild(situation: SdkSituation): SdkRebuild {
  if (!situation.tokenIsNewer) return 'keep'
  if (situation.callsInFlight > 0) return 'wait'
  if (situation.hasInput && !situation.tokenWasRejected) return 'wait'
  return 'rebuild'
}
