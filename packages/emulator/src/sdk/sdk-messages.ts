// The messages between the page's script and an input's iframe. Types only: the emulator serves each side separately.

/** The iframe sends it to its parent as soon as it listens. */
export interface InputReady {
  readonly forage: 'ready'
}

/** The page's answer. It carries the port for all other messages. */
export interface InputConnect {
  readonly forage: 'connect'
  readonly style: Readonly<Record<string, string>>
}

/** A request to which the input adds the typed digits before it sends it. */
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
