/** An operation of a store that failed. Its texts hold no value, no command and no password. */
export class StoreError extends Error {
  /** The store's own code. */
  readonly code: string
  /** One sentence that tells the developer what to do, if the code says so. */
  declare readonly remedy?: string

  constructor(code: string, message: string, remedy?: string) {
    super(message)
    this.code = code
    if (remedy !== undefined) this.remedy = remedy
  }
}
