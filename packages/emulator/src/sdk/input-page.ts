import { secureInputScript } from './secure-input.ts'

/**
 * Returns the document of one input. It has at least 16 px, because a phone zooms in on smaller text, and the browser's
 * colors, light or dark.
 */
export function inputPage(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>EBT input</title>
<style>
  :root { color-scheme: light dark; background: transparent }
  body { margin: 0 }
  input {
    box-sizing: border-box; width: 100%; height: 48px; padding: 0 12px; border: 1px solid GrayText;
    border-radius: 6px; background-color: Field; color: FieldText;
    font: 400 18px/1.4 system-ui, sans-serif; letter-spacing: .06em;
  }
  input:focus-visible { outline: 2px solid light-dark(#0b57d0, #a8c7fa); outline-offset: -2px }
</style>
<body>
<script>
${secureInputScript()}</script>
`
}
