/** What a command has to tell: the same facts for programs and for people. No token is in either. */
export interface Outcome {
  ok: boolean
  /** Becomes the JSON document. */
  facts: object
  text: string
}
