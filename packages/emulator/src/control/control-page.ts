import { testCards } from '../vault/test-cards.ts'
import { faultForm } from './fault-form.ts'

/** Returns the page at `/_emulator/`: requests, clock, tokens, faults and webhooks. Its data comes from `state`. */
export function controlPage(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Forage emulator</title>
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
<body>
${header}
<p id="said" role="status"></p>
<main>
${requestSection}
  <div class="columns">
${clockSection}
${tokenSection}
  <section aria-labelledby="faults-title">
    <h2 id="faults-title">Faults</h2>
    <ul id="faults" class="plain"></ul>
    ${faultForm()}
  </section>
${webhookSection}
  <section aria-labelledby="cards-title">
    <h2 id="cards-title">Test cards</h2>
    <dl class="cards">${testCards.map(({ number, effect }) => `<dt>${number}</dt><dd>${effect}</dd>`).join('')}</dl>
    <p><a href="openapi.json">OpenAPI description</a></p>
  </section>
  </div>
</main>
`
}

const header = `<header>
  <h1>Forage emulator</h1>
  <dl class="counts">
    <div><dt>Authentication tokens</dt><dd data-count="authenticationTokens">0</dd></div>
    <div><dt>Session tokens</dt><dd data-count="sessionTokens">0</dd></div>
    <div><dt>Captures</dt><dd data-count="captures">0</dd></div>
  </dl>
  <button type="button" data-act="reset" class="quiet">Forget everything</button>
</header>`

const requestSection = `  <section aria-labelledby="requests-title" class="wide">
    <h2 id="requests-title">Requests</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="requests-title">
      <table>
        <thead><tr><th>Time</th><th>Status</th><th>Request</th><th>Token</th><th>Idempotency key</th></tr></thead>
        <tbody id="requests"></tbody>
      </table>
      <p class="empty" id="no-requests">No requests yet.</p>
    </div>
  </section>`

const clockSection = `  <section aria-labelledby="time-title">
    <h2 id="time-title">Clock</h2>
    <p class="now"><time id="now">–</time></p>
    <p class="row">
      <button type="button" data-advance="60000">+ 1 min</button>
      <button type="button" data-advance="900000">+ 15 min</button>
      <button type="button" data-advance="3600000">+ 1 h</button>
      <button type="button" data-advance="86400000">+ 1 day</button>
    </p>
  </section>`

const tokenSection = `  <section aria-labelledby="tokens-title">
    <h2 id="tokens-title">Tokens</h2>
    <p class="row">
      <button type="button" data-act="expire">Expire session tokens</button>
      <button type="button" data-act="revoke">Revoke authentication tokens</button>
      <button type="button" data-act="disable">Disable the application</button>
    </p>
    <p id="disabled" class="bad" hidden>The application is disabled: its credentials get invalid_client. “Forget everything” enables it again.</p>
  </section>`

const webhookSection = `  <section aria-labelledby="webhooks-title">
    <h2 id="webhooks-title">Webhooks</h2>
    <ul id="deliveries" class="plain"></ul>
    <p class="empty" id="no-deliveries">No webhooks yet.</p>
  </section>`

export const controlPageStyle = `:root {
  color-scheme: light dark;
  --page: light-dark(#f6f6f1, #111512); --surface: light-dark(#fff, #1a1f1b); --line: light-dark(#d5dad2, #343d37);
  --text: light-dark(#1a221d, #ebefea); --muted: light-dark(#535e57, #aab5ad); --accent: light-dark(#1d6546, #84d3ab);
  --on-accent: light-dark(#fff, #08210f); --good: light-dark(#1d6546, #84d3ab); --bad: light-dark(#9b2411, #ffb4a4);
  --hold: light-dark(#7a4b00, #f0c674);
}
* { box-sizing: border-box }
body { margin: 0; padding: 16px; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, sans-serif }
header { display: flex; flex-wrap: wrap; gap: 12px 28px; align-items: center; max-width: 1400px; margin: 0 auto }
h1 { font-size: 20px; margin: 0 }
h2 { font-size: 15px; margin: 0 0 10px }
dl, dd, ul, p { margin: 0 }
.counts { display: flex; flex-wrap: wrap; gap: 4px 20px; flex: 1 }
.counts div { display: flex; gap: 6px; align-items: baseline }
dt { color: var(--muted) }
.counts dd { font-weight: 650; font-variant-numeric: tabular-nums }
#said { max-width: 1400px; min-height: 1.45em; margin: 6px auto; color: var(--muted) }
p.bad { color: var(--bad); margin-top: 10px }
#said.bad { margin-top: 6px }
main { max-width: 1400px; margin: 0 auto }
.columns { columns: 330px; column-gap: 14px }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 14px; margin-bottom: 14px }
.columns section { break-inside: avoid }
.row { display: flex; flex-wrap: wrap; gap: 8px }
.now { font: 600 20px/1.3 ui-monospace, monospace; margin-bottom: 10px; overflow-wrap: anywhere }
.scroll { overflow: auto; max-height: 46vh }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th { text-align: left; font-weight: 500; color: var(--muted); position: sticky; top: 0; background: var(--surface) }
th, td { padding: 4px 14px 4px 0; white-space: nowrap; vertical-align: top }
td { border-top: 1px solid var(--line); font-family: ui-monospace, monospace; font-size: 13px }
td.good { color: var(--good) } td.hold { color: var(--hold) } td.bad { color: var(--bad) }
td.good, td.hold, td.bad { font-weight: 650 }
.plain { list-style: none; padding: 0; display: grid; gap: 6px }
.plain li { display: flex; gap: 10px; justify-content: space-between; align-items: center; font: 13px ui-monospace, monospace;
  overflow-wrap: anywhere }
#faults:not(:empty) { margin-bottom: 12px }
[hidden] { display: none !important }
.whole { grid-column: 1 / -1 }
#effect { color: var(--muted); font-size: 13px; min-height: 2.9em }
form { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 12px; align-items: end }
label { display: grid; gap: 2px; color: var(--muted); font-size: 13px }
input, select { font: inherit; font-size: 15px; width: 100%; min-height: 36px; padding: 4px 8px; border-radius: 6px;
  border: 1px solid light-dark(#7b877f, #7f8c84); background: var(--page); color: var(--text) }
button { font: inherit; min-height: 36px; padding: 4px 14px; border-radius: 6px; border: 1px solid var(--accent);
  background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer }
.row button, .quiet, li button { background: transparent; color: var(--accent) }
li button { flex: none }
:focus-visible { outline: 3px solid light-dark(#0b57d0, #a8c7fa); outline-offset: 1px }
.cards { display: grid; gap: 2px }
.cards dt { font: 13px ui-monospace, monospace; color: var(--text) }
.cards dd { color: var(--muted); font-size: 13px; margin-bottom: 6px }
.empty { color: var(--muted) }
a { color: var(--accent) }
@media (max-width: 600px) { th:nth-child(n + 4), td:nth-child(n + 4) { display: none } td:nth-child(3) { white-space: normal; overflow-wrap: anywhere } th, td { padding-right: 10px } }
`
