/** The styles of the shadow root. They do not affect the page, and the page does not affect them. */
export const styles: string = `
:host { all: initial; }
.devtools {
  --surface: #fff; --raised: #f5f7fa; --line: #d5dae3; --text: #111827; --muted: #526074; --accent: #1459c7;
  --on-accent: #fff; --focus: #1459c7; --shadow: 0 6px 24px #1018281f, 0 1px 3px #1018281f;
  --fresh: #12a150; --stale: #e5a100; --fetching: #2b83f6; --failed: #e5372b; --none: #8a94a6;
  --fresh-text: #076b34; --stale-text: #7f5600; --fetching-text: #1459c7; --failed-text: #b3180e;
  --none-text: #526074; --problem: #fff1f0; --selected: #e7f0ff;
  color-scheme: light; color: var(--text);
  font: 13px/1.45 system-ui, -apple-system, 'Segoe UI', sans-serif;
  font-variant-numeric: tabular-nums; text-align: start; letter-spacing: normal;
}
${darkWhen(".devtools[data-theme='dark']")}
@media (prefers-color-scheme: dark) { ${darkWhen(".devtools[data-theme='system']")} }
*, *::before { box-sizing: border-box; }
h2, h3, p, dl, dd { margin: 0; }
h2 { font-size: 14px; font-weight: 650; white-space: nowrap; }
h3 { font-size: 12px; font-weight: 650; color: var(--muted); }
code, .entry-detail, dd, time, .entry-gap { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: 12px; }
.muted { color: var(--muted); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.spacer { flex: 1; }

.dot { display: inline-block; flex: none; width: 9px; height: 9px; border-radius: 50%; background: var(--none); }
.dot.fresh { background: var(--fresh); } .dot.stale { background: var(--stale); }
.dot.fetching { background: var(--fetching); } .dot.failed { background: var(--failed); }
.word { color: var(--none-text); font-weight: 600; }
.word.fresh { color: var(--fresh-text); } .word.stale { color: var(--stale-text); }
.word.fetching { color: var(--fetching-text); } .word.failed { color: var(--failed-text); }
.pill .dot.fetching, .status .dot.fetching {
  width: 11px; height: 11px; background: none; border: 2px solid var(--fetching); border-inline-start-color: transparent;
  animation: turn 0.8s linear infinite;
}
@keyframes turn { to { rotate: 1turn; } }

button {
  font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 7px;
  min-height: 30px; padding: 3px 11px; margin: 0; cursor: pointer; white-space: nowrap;
}
button:hover:not(:disabled) { border-color: var(--muted); }
button:active:not(:disabled) { background: var(--raised); }
button.main { color: var(--on-accent); background: var(--accent); border-color: var(--accent); font-weight: 600; }
button.quiet { border-color: transparent; background: none; color: var(--muted); padding-inline: 8px; }
button.quiet:hover { color: var(--text); background: var(--raised); }
button[aria-pressed='true'] { background: var(--selected); color: var(--accent); }
button:disabled { cursor: not-allowed; color: var(--muted); border-style: dashed; background: none; }
button.main:disabled { border-color: var(--line); font-weight: 400; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.panel:focus-visible, .details:focus-visible { outline-offset: -2px; }
.armed { color: var(--stale-text); font-weight: 650; }

.pill {
  position: fixed; z-index: 99999; display: flex; align-items: center; gap: 8px; min-height: 36px; padding: 0 14px 0 12px;
  border: 1px solid var(--line); border-radius: 99px; background: var(--surface); box-shadow: var(--shadow);
}
.pill:hover { border-color: var(--muted); }
.pill[data-tone='failed'] { border-color: var(--failed); }
.pill button { display: flex; align-items: center; gap: 8px; padding: 0; border: 0; background: none; color: var(--muted); }
.pill button::after { content: ''; position: absolute; inset: 0; border-radius: inherit; }
.pill button:focus-visible { outline: none; }
.pill:has(button:focus-visible) { outline: 2px solid var(--focus); outline-offset: 2px; }
.pill .countdown { font-weight: 650; }
.bottom-right { inset: auto max(16px, env(safe-area-inset-right)) max(16px, env(safe-area-inset-bottom)) auto; }
.bottom-left { inset: auto auto max(16px, env(safe-area-inset-bottom)) max(16px, env(safe-area-inset-left)); }
.top-right { inset: 16px 16px auto auto; } .top-left { inset: 16px auto auto 16px; }

.panel { display: flex; flex-direction: column; container-type: inline-size; background: var(--surface); min-height: 320px; height: 100%; }
.panel.docked { position: fixed; z-index: 99999; inset-inline: 0; min-height: 240px; height: min(400px, 60dvh); box-shadow: var(--shadow); }
.docked.bottom { bottom: 0; border-top: 1px solid var(--line); }
.docked.top { top: 0; padding-bottom: 8px; border-bottom: 1px solid var(--line); }
header { display: flex; align-items: center; gap: 14px; padding: 8px 8px 8px 16px; border-bottom: 1px solid var(--line); }
.lifetime { flex: 1; display: flex; align-items: center; gap: 14px; min-width: 0; }
.status { display: flex; align-items: center; gap: 7px; white-space: nowrap; min-width: 148px; }
.status code { color: var(--muted); }
.bar { position: relative; flex: 1; height: 6px; border-radius: 3px; background: var(--line); overflow: hidden; max-width: 480px; }
.bar-left { position: absolute; inset: 0; background: var(--none); transform: scaleX(var(--left)); transform-origin: 0 50%; }
.bar[data-tone='fresh'] .bar-left { background: var(--fresh); } .bar[data-tone='stale'] .bar-left { background: var(--stale); }
.bar[data-tone='fetching'] .bar-left { background: var(--fetching); } .bar[data-tone='failed'] .bar-left { background: var(--failed); }
.bar-renewal { position: absolute; inset-block: 0; left: calc(var(--renewal) * 100%); width: 2px; background: var(--surface); }
.panel-buttons { display: flex; margin-inline-start: auto; }
button.sign { min-width: 36px; min-height: 36px; padding: 0; }
.edge { position: absolute; z-index: 1; inset-inline: 0; height: 9px; cursor: ns-resize; touch-action: none; }
.edge::after {
  content: ''; position: absolute; left: 50%; top: 3px; width: 40px; height: 3px; margin-left: -20px;
  border-radius: 2px; background: var(--line);
}
.edge:hover::after, .edge:focus-visible::after { background: var(--focus); }
.edge:focus-visible { outline-offset: -2px; }
.bottom > .edge { top: 0; } .top > .edge { bottom: 0; }

.actions { display: flex; flex-wrap: wrap; gap: 8px 20px; padding: 8px 16px; border-bottom: 1px solid var(--line); background: var(--raised); }
.group { margin: 0; padding: 0; border: 0; min-width: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
.reason { font-size: 12px; max-width: 46ch; }

.columns { flex: 1; display: grid; grid-template-columns: minmax(0, 1fr) minmax(320px, 32%); min-height: 0; }
.log { display: flex; flex-direction: column; min-height: 0; border-inline-end: 1px solid var(--line); }
.bar-row { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 6px; padding: 4px 8px 4px 16px; }
input {
  font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 7px;
  flex: 1 1 96px; min-width: 0; max-width: 320px; min-height: 28px; padding: 2px 9px; margin: 0 auto 0 8px;
}
input::placeholder { color: var(--muted); opacity: 1; }
.entries { flex: 1; overflow: auto; overscroll-behavior: contain; }
.entry {
  display: grid; grid-template-columns: 9px 152px minmax(0, 1fr) auto auto; gap: 10px; align-items: center;
  min-height: 28px; padding: 2px 16px; cursor: pointer; border-top: 1px solid var(--raised);
}
.entry:hover { background: var(--raised); }
.entry[aria-selected='true'] { background: var(--selected); }
.entry:focus-visible { outline-offset: -2px; }
.entry-title { font-weight: 550; white-space: nowrap; }
.entry-detail { color: var(--muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.entry-gap, .entry time { color: var(--muted); white-space: nowrap; }
.empty { flex: 1; padding: 16px; color: var(--muted); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 5px 16px; border-top: 1px solid var(--line); color: var(--muted); font-size: 11.5px; }
.legend .dot { width: 7px; height: 7px; }

.details { overflow: auto; overscroll-behavior: contain; padding: 8px 16px 14px; }
.details h3 { margin: 10px 0 3px; } .details h3:first-child { margin-top: 2px; }
.facts div { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 10px; padding: 1.5px 0; }
.facts.tiles { display: grid; gap: 6px 10px; }
.of-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); } .of-5 { grid-template-columns: repeat(5, minmax(0, auto)); }
.facts.tiles div { display: block; padding: 0; } .tiles dt { font-size: 11.5px; } .tiles dd { white-space: nowrap; }
dt { color: var(--muted); } dd { overflow-wrap: anywhere; }
.problem { margin-bottom: 12px; padding: 9px 12px; border-radius: 8px; border-inline-start: 3px solid var(--failed); background: var(--problem); }
.problem h3 { color: var(--failed-text); } .problem code { font-weight: 650; }
.problem.resolved { border-color: var(--line); background: var(--raised); } .problem.resolved h3 { color: var(--muted); }
.details .facts + .problem { margin-top: 12px; }
.hint { margin-top: 12px; }

@container (max-width: 720px) {
  header { flex-wrap: wrap; gap: 4px 10px; padding-inline-start: 12px; }
  .lifetime { order: 1; flex: 1 0 100%; flex-wrap: wrap; gap: 4px 14px; padding: 0 8px 4px 0; }
  .bar { flex: 1 1 120px; max-width: none; }
  .bar-row h3 { position: absolute; clip-path: inset(50%); }
  input { margin-inline: 0; max-width: none; }
  .actions { padding: 8px 12px; }
  .columns { display: block; overflow: auto; overscroll-behavior: contain; }
  .log { border-inline-end: 0; border-bottom: 1px solid var(--line); }
  .entries { max-height: 220px; min-height: 120px; }
  .entry { grid-template-columns: 9px minmax(0, 1fr) auto; gap: 0 10px; padding: 5px 12px; }
  .entry-detail { grid-row: 2; grid-column: 2; } .entry-gap { grid-row: 2; grid-column: 3; text-align: end; }
  .entry time { grid-row: 1; grid-column: 3; }
  .bar-row, .legend, .details { padding-inline: 12px; }
  .details { overflow: visible; }
}
@media (max-width: 720px) { .panel.docked { height: min(560px, 72dvh); } }
@media (pointer: coarse) { button, input { min-height: 44px; } .entry { min-height: 44px; } .edge { height: 16px; } }
@media (prefers-reduced-motion: reduce) { .dot.fetching { animation: none !important; border-style: dotted !important; } }
@media (forced-colors: active) {
  .dot, .bar-left { forced-color-adjust: none; }
  .pill, .panel { border: 1px solid CanvasText; }
  .entry[aria-selected='true'] { outline: 2px solid Highlight; outline-offset: -2px; }
}
`

function darkWhen(selector: string): string {
  return `${selector} {
  --surface: #10151f; --raised: #182030; --line: #2c384c; --text: #e8ecf3; --muted: #9daabd; --accent: #7fb2ff;
  --on-accent: #08162c; --focus: #8ec0ff; --shadow: 0 6px 28px #000a, 0 1px 3px #000a;
  --fresh: #2fc773; --stale: #f5b82e; --fetching: #5aa2ff; --failed: #ff6459; --none: #8492a8;
  --fresh-text: #5ddb96; --stale-text: #f5c04f; --fetching-text: #8abaff; --failed-text: #ff8f86;
  --none-text: #a8b4c6; --problem: #331a1c; --selected: #1d3252;
  color-scheme: dark;
}`
}
