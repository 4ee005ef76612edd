/** What went wrong with the page's side of the SDK. Stable over versions. */
export type ForageSdkErrorCode = 'load_failed' | 'mount_failed' | 'not_mounted'

/** What to do about each. */
const remedies: Record<ForageSdkErrorCode, string> = {
  load_failed: 'Check that the page may load the script (CSP, network); mounting an element loads it again.',
  mount_failed:
    'Render the element with this id before you call mount(id), in an effect of the same component.',
  not_mounted: 'Call mount(id) on an element of this hook, and wait for its "ready" event.',
}

/** An error of `useForageSdk` itself. What a call of the SDK rejects with is passed on as it is. */
export class ForageSdkError extends Error {
  override readonly name = 'ForageSdkError'
  /** What went wrong. Branch on it. */
  readonly code: ForageSdkErrorCode
  /** One sentence that says what to do. */
  readonly remedy: string

  constructor(code: ForageSdkErrorCode, message: string, cause?: unknown) {
    super(`${message} ${remedies[code]}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.remedy = remedies[code]
  }
}
