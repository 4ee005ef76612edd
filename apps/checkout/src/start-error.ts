/** A sentence for the person who started this: a stack would be of no help to them. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
