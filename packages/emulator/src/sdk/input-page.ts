import { formFunctions, inputForm } from './input-form.ts'
import { inputFunctions, type InputSettings } from './secure-input.ts'

/**
 * Returns the document of an element. Its inputs have at least 16 px, because a phone zooms in on smaller text, and the
 * browser's colors, light or dark.
 */
export function inputPage({
  enterKey,
  frameFocus,
  incompleteInput,
  clearEvent,
  placeholderName,
}: InputSettings): string {
  const settings = JSON.stringify({
    enterKey,
    frameFocus,
    incompleteInput,
    clearEvent,
    placeholderName,
  })
  const [run] = inputFunctions
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Forage input</title>
<style>${style}</style>
<body>
<script>
(() => {
${[...inputFunctions, ...formFunctions].map(String).join('\n')}
${run?.name}(${settings}, ${inputForm.name})
})()
</script>
`
}

const style = `
  :root { color-scheme: light dark; background: transparent }
  body { margin: 0 }
  form { display: grid; grid-template-columns: 1fr 1fr; gap: 12px }
  label { display: grid; gap: 4px; grid-column: 1 / -1; font: 600 16px/1.4 system-ui, sans-serif; color: CanvasText }
  label:has([name=cardExpiration], [name=cardCVV]) { grid-column: auto; min-width: 0 }
  input {
    box-sizing: border-box; width: 100%; height: 48px; padding: 0 12px; border: 1px solid GrayText;
    border-radius: 6px; background-color: Field; color: FieldText;
    font: 400 18px/1.4 system-ui, sans-serif; letter-spacing: .06em;
  }
  input::placeholder { color: var(--forage-placeholder, GrayText) }
  input:focus-visible { outline: 2px solid light-dark(#0b57d0, #a8c7fa); outline-offset: -2px }
  /* A merchant's page that draws the border around the frame also draws the focus. */
  input[style*='border-width: 0']:focus-visible { outline: none }
`
