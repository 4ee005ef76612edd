export interface StoredText {
  readonly read: () => string | null
  readonly write: (text: string) => void
}

/** Creates a text that this browser stores. If the browser blocks storage, the text is kept until the page is closed. */
export function createStoredText(key: string): StoredText {
  let unstored: string | null = null
  return {
    read() {
      try {
        return unstored ?? localStorage.getItem(key)
      } catch {
        return unstored
      }
    },
    write(text) {
      try {
        localStorage.setItem(key, text)
      } catch {
        unstored = text
      }
    },
  }
}
