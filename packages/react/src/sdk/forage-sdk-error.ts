/** The code of a {@link ForageSdkError}. A code keeps its meaning in later versions. */
export type ForageSdkErrorCode = 'load_failed' | 'mount_failed' | 'not_mounted'

const remedies: Record<ForageSdkErrorCode, string> = {
  load_failed: 'Check that the page may load the script (CSP, network); the next mount loads it again.',
  mount_failed:
    'Render the element with this id before you call mount(id), in an effect of the same component.',
  not_mounted: 'Call mount(id) on an element of this hook, and wait for its "ready" event.',
}

/**
 * An error of `useForageSdk` itself. If a function of the SDK rejects, its own error is passed on unchanged.
 *
 * @example
 * ```ts
 * import { ForageSdkError } from '@forage-session/react'
 *
 * export function customerText(error: Error): string {
 *   const isBlocked = error instanceof ForageSdkError && error.code === 'load_failed'
 *   return isBlocked ? 'Turn off your ad blocker, then reload the page.' : 'Try again in a moment.'
 * }
 * ```
 */
export class ForageSdkError extends Error {
  override readonly name = 'ForageSdkError'
  /** The kind of failure. Choose the text for the customer by it. */
  readonly code: ForageSdkErrorCode
  /** One sentence for developers: how to solve the problem. */
  readonly remedy: string

  constructor(code: ForageSdkErrorCode, message: string, cause?: unknown) {
    super(`${message} ${remedies[code]}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.remedy = remedies[code]
  }
}
