/** What the page's script and an input's iframe say to each other. Types only: each side is served by itself. */

/** Sent by the iframe to its parent once it listens. */
export interface InputReady {
  readonly forage: 'ready'
}

/** The page's answer, with the port on which all else goes. */
export interface InputConnect {
  readonly forage: 'connect'
  readonly style: Readonly<Record<string, string>>
}

/** A request that the input completes with what was typed, and sends by itself. */
export interface InputRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

export interface InputAnswer {
  /** 0: no answer came. */
  readonly status: number
  readonly body: unknown
}

export type ToInput =
  | { readonly type: 'submit'; readonly id: number; readonly request: InputRequest }
  | { readonly type: 'clear' }

export type FromInput =
  | { readonly type: 'change'; readonly state: { readonly empty: boolean; readonly valid: boolean } }
  | { readonly type: 'answer'; readonly id: number; readonly answer: InputAnswer }
