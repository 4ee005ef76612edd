/** A tab of a real browser. `body` is the body of an async function; its result has to be JSON. */
export interface BrowserTab {
  goto(url: string): Promise<void>
  evaluate(body: string): Promise<unknown>
  /** Evaluates in the document of the iframe that is in the page's element with this ID. */
  evaluateInFrame(containerId: string, body: string): Promise<unknown>
  /** Clicks a point of the page, in CSS pixels from the top left corner. */
  clickAt(x: number, y: number): Promise<void>
  /** Presses a key where the focus is: a character, `Tab`, `Enter`, `Backspace`, `ArrowLeft` or `Control+v`. */
  press(key: string): Promise<void>
}
