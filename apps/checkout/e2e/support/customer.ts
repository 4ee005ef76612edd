/** Somebody at the shop's page, in whatever browser. Each act waits until it can be done. */
export interface Customer {
  /** Default: the shop's first page. */
  open(path?: string): Promise<void>
  reload(): Promise<void>
  /** The browser's own button. */
  back(): Promise<void>
  /** A button, by what is written on it. */
  press(button: string): Promise<void>
  /** Two clicks as fast as a mouse makes them. */
  pressTwice(button: string): Promise<void>
  /** Into Forage's frame, which is empty. */
  type(into: 'EBT card number' | 'EBT card PIN', digits: string): Promise<void>
  /** A field of the page's own, in the place of what is in it. */
  fill(label: string, text: string): Promise<void>
  /** A key of the keyboard, where the focus is. */
  key(key: 'Tab' | 'Enter' | 'Space' | Digit): Promise<void>
  sees(text: string): Promise<void>
  /** The same person, in another tab of the same browser, which is then in front. */
  inAnotherTab(path: string): Promise<Customer>
  /** This tab comes to the front again. */
  comesBack(): Promise<void>
  /** An expression of the page, or a promise of one. */
  evaluate(expression: string): Promise<unknown>
}

export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
