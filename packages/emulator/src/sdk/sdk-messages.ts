// The messages between the page's script and an element's iframe. Types only: the emulator serves each side separately.

export type ElementType = 'tokenize_card' | 'collect_pin' | 'payment_sheet'

/** CSS properties in camel case, or custom properties. */
export type CssStyle = Readonly<Record<string, string>>

export interface SheetStyles {
  readonly inputStyles: CssStyle
  readonly labelStyles: CssStyle
}

/** The look of a payment sheet: docs.joinforage.app/reference/tokenize-a-payment-sheet. */
export interface SheetLook {
  readonly styles: SheetStyles
  /** Replaces `styles` while a field that lost the focus has a wrong text. */
  readonly errorStyles: SheetStyles
  /** `labelText`, and a placeholder under the name of the switch `placeholderName`. */
  readonly fields: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** The iframe sends it to its parent as soon as it listens. */
export interface InputReady {
  readonly forage: 'ready'
}

/** The page's answer. It carries the port for all other messages. */
export interface InputConnect {
  readonly forage: 'connect'
  readonly style: CssStyle
  readonly sheet?: SheetLook
}

/** A request to which the iframe adds the typed text before it sends it. */
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
  | { readonly type: 'focus' }

export type FromInput =
  /** The iframe listens at the port. */
  | { readonly type: 'ready' }
  /** `problem` is what is wrong with the text, in words for the customer. */
  | { readonly type: 'change'; readonly problem: string | null }
  /** The customer pressed Enter. */
  | { readonly type: 'enter' }
  /** The height of the iframe's document, in CSS pixels. */
  | { readonly type: 'size'; readonly height: number }
  | { readonly type: 'answer'; readonly id: number; readonly answer: InputAnswer }
