export interface SdkSituation {
  /** The session's token differs from the token of the instance, or no instance exists. */
  tokenIsNewer: boolean
  /** The API refused the instance's token, so that its input cannot be sent. */
  tokenWasRejected: boolean
  /** An element had a `change` event since the last mount, clear or submit. */
  hasInput: boolean
  /** A call is in progress, and no element waits for the newer token. */
  isBusy: boolean
}

/** `wait`: rebuild later, when no input is left and no call is in progress. */
export type SdkRebuild = 'rebuild' | 'wait' | 'keep'

/**
 * Decides when to rebuild the SDK: it has no setter for its token, and a rebuild empties its inputs. It does not end
 * calls: an element with a call in progress keeps its instance.
 */
export function decideRebuild(situation: SdkSituation): SdkRebuild {
  if (!situation.tokenIsNewer) return 'keep'
  if (situation.tokenWasRejected) return 'rebuild'
  return situation.hasInput || situation.isBusy ? 'wait' : 'rebuild'
}
