/** An error that the terminal shows as one sentence, without a stack, because the reader only has to change a setting. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
