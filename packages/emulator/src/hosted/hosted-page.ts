import { html, type Html } from './html.ts'

export const STYLE_PATH = '/hosted/style.css'

/** Returns a whole page, without scripts and images, with one stylesheet. */
export function hostedPage(title: string, main: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href="${STYLE_PATH}" />
      <body>
        <main>
          <h1>${title}</h1>
          ${main}
        </main>
        <footer>This is the Forage emulator. No money moves.</footer>
     `.markup
}

export function alert(message: string | undefined): Html | undefined {
  return message === undefined ? undefined : html`<p role="alert">${message}</p>`
}

/** Returns a link that leaves the page, or undefined without an address. */
export function leave(url: string, text: string): Html | undefined {
  return url === '' ? undefined : html`<a class="leave" href="${url}">${text}</a>`
}

export const pinField: Html = html`<label for="pin">EBT card PIN</label>
  <input
    id="pin"
    name="pin"
    type="password"
    inputmode="numeric"
    autocomplete="off"
    pattern="[0-9]{4}"
    maxlength="4"
    required
    aria-describedby="pin-hint"
  />
  <p id="pin-hint" class="hint">Four digits.</p>`

/** Fields have at least 16 px, because a phone zooms in on smaller text. */
export const hostedStyle = `:root {
  color-scheme: light dark;
  --page: light-dark(#f4f5f7, #16181d);
  --sheet: light-dark(#ffffff, #21242b);
  --text: light-dark(#1a1d23, #eceef2);
  --quiet: light-dark(#59606d, #a9b0bd);
  --line: light-dark(#d9dde4, #3a3f4a);
  --accent: light-dark(#14663c, #7fd6a4);
  --on-accent: light-dark(#ffffff, #0b2416);
  --wrong: light-dark(#9b1c1c, #ffb4ab);
  --wrong-sheet: light-dark(#fdecec, #442426);
  font: 400 1rem/1.5 system-ui, sans-serif;
  background: var(--page);
  color: var(--text);
}
* { box-sizing: border-box }
body { margin: 0; padding: 1.5rem 1rem }
main {
  max-width: 26rem; margin: 0 auto; padding: 1.5rem;
  background: var(--sheet); border: 1px solid var(--line); border-radius: 12px;
}
h1 { margin: 0 0 1rem; font-size: 1.375rem; line-height: 1.25 }
dl { display: grid; grid-template-columns: 1fr auto; row-gap: .375rem; margin: 0 0 1.25rem }
dt { color: var(--quiet) }
dd { margin: 0; padding-inline-start: 1rem; font-variant-numeric: tabular-nums; text-align: end }
dt.total, dd.total { padding-top: .5rem; border-top: 1px solid var(--line); color: inherit; font-weight: 600 }
label { display: block; margin-top: 1rem; font-weight: 600 }
input {
  width: 100%; height: 48px; margin-top: .25rem; padding: 0 .75rem;
  border: 1px solid var(--quiet); border-radius: 8px; background: var(--sheet); color: inherit;
  font: inherit; font-size: 1.125rem; letter-spacing: .06em;
}
button {
  width: 100%; min-height: 48px; margin-top: 1.5rem; padding: .5rem 1rem;
  border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent);
  font: inherit; font-weight: 600; cursor: pointer;
}
:is(a, button, input):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) }
.leave { display: block; padding: .75rem; margin-top: .5rem; text-align: center }
.hint { margin: .25rem 0 0; color: var(--quiet); font-size: .875rem }
[role=alert] {
  margin: 0 0 1rem; padding: .75rem 1rem; border-radius: 8px;
  background: var(--wrong-sheet); color: var(--wrong); overflow-wrap: anywhere;
}
footer { max-width: 26rem; margin: 1rem auto 0; color: var(--quiet); font-size: .875rem; text-align: center }
`
