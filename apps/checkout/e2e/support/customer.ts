/** A customer of the shop, in any browser. Each method waits until it can act. */
export interface Customer {
  /** Opens a path. Default: the shop's first page. */
  open(path?: string): Promise<void>
  reload(): Promise<void>
  /** Presses the browser's Back button. */
  back(): Promise<void>
  /** Presses the button with this text. */
  press(button: string): Promise<void>
  /** Double-clicks the button as fast as a mouse can. */
  pressTwice(button: string): Promise<void>
  /** Types into Forage's frame, which must be empty. */
  type(into: 'EBT card number' | 'EBT card PIN', digits: string): Promise<void>
  /** Replaces the text of a field of the page. */
  fill(label: string, text: string): Promise<void>
  /** Presses a key where the focus is. */
  key(key: 'Tab' | 'Enter' | 'Space' | Digit): Promise<void>
  sees(text: string): Promise<void>
  /** Opens another tab of the same browser, in front, for the same customer. */
  inAnotherTab(path: string): Promise<Customer>
  /** Brings this tab to the front again. */
  comesBack(): Promise<void>
  /** Evaluates an expression in the page and awaits its promise. */
  evaluate(expression: string): Promise<unknown>
}

export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
