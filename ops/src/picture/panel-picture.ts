import type { Mark } from './story.ts'

/** One panel with its lines. */
export interface DrawnPanel {
  readonly title: string
  /** The unit of Grafana: `short`, `s` or `percentunit`. */
  readonly unit: string
  readonly lines: readonly {
    readonly name: string
    readonly points: readonly (readonly [minute: number, value: number])[]
  }[]
}

/** Panels stand side by side for a desktop, and one below the other for a phone. */
export type Layout = 'wide' | 'narrow'

const panel = { width: 440, height: 236, gap: 12, left: 54, right: 22, top: 34, plot: 130 }
// A phone shows the picture at two thirds of its size, so its text is larger.
const layouts = { wide: { columns: 2, text: 11 }, narrow: { columns: 1, text: 15 } }

// Each line has its own dashes, so that readers can tell lines apart without color.
const strokes = [
  { light: '#1769aa', dark: '#6cb8f5', dash: '' },
  { light: '#c2410c', dark: '#fb923c', dash: '6 3' },
  { light: '#15803d', dark: '#4ade80', dash: '2 3' },
  { light: '#7c3aed', dark: '#c4a1ff', dash: '8 3 2 3' },
  { light: '#0f766e', dark: '#5eead4', dash: '1 2' },
  { light: '#be185d', dark: '#f9a8d4', dash: '10 4' },
]

/** Returns a standalone SVG. Its panels have a background, so that they are readable on any page. */
export function panelPicture(
  panels: readonly DrawnPanel[],
  { minutes, marks }: { minutes: number; marks: readonly Mark[] },
  layout: Layout,
): string {
  const { columns, text: textSize } = layouts[layout]
  const inside = [...panels.map((each) => draw(each, minutes, marks, textSize)), explained(marks, textSize)]
  const rows = Math.ceil(inside.length / columns)
  const width = columns * panel.width + (columns - 1) * panel.gap
  const height = rows * panel.height + (rows - 1) * panel.gap
  const placed = inside.map((content, index) => {
    const x = (index % columns) * (panel.width + panel.gap)
    const y = Math.floor(index / columns) * (panel.height + panel.gap)
    return `<g transform="translate(${x} ${y})">\n${content}\n</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Panels of the dashboard">`,
    `<style>${style(textSize)}</style>`,
    ...placed,
    '</svg>\n',
  ].join('\n')
}

function style(textSize: number): string {
  const scheme = (name: 'light' | 'dark'): string =>
    strokes.map((each, index) => `.s${index}{stroke:${each[name]}}`).join('')
  return [
    `text{font:${textSize}px system-ui,sans-serif;fill:#334155}.t{font-weight:600;font-size:${textSize + 2}px}`,
    '.p{fill:#fff;stroke:#cbd5e1}.g{stroke:#94a3b8;stroke-opacity:.35}',
    '.m{fill:#f59e0b;fill-opacity:.16}.v{stroke:#d97706;stroke-dasharray:3 3}',
    scheme('light'),
    `@media(prefers-color-scheme:dark){text{fill:#cbd5e1}.p{fill:#1b1f27;stroke:#3b4252}${scheme('dark')}}`,
  ].join('')
}

function card(title: string): string[] {
  return [
    `<rect class="p" x=".5" y=".5" width="${panel.width - 1}" height="${panel.height - 1}" rx="6"/>`,
    `<text class="t" x="12" y="21">${escaped(title)}</text>`,
  ]
}

/** Says what the marks mean. */
function explained(marks: readonly Mark[], textSize: number): string {
  const lines = marks.map(({ from, to, label }, index) => {
    const y = panel.top + 22 + index * (textSize + 16)
    const sign =
      from === to
        ? `<line class="v" x1="22" y1="${y - 12}" x2="22" y2="${y + 4}"/>`
        : `<rect class="m" x="12" y="${y - 12}" width="20" height="16"/>`
    const time = from === to ? clock(from) : `${clock(from)} to ${clock(to)}`
    return `${sign}${text(42, y, `${time}: ${label}`, 'start')}`
  })
  return [...card('What happened'), ...lines].join('\n')
}

function draw(
  { title, unit, lines }: DrawnPanel,
  minutes: number,
  marks: readonly Mark[],
  textSize: number,
): string {
  const top = niceTop(Math.max(0, ...lines.flatMap(({ points }) => points.map(([, value]) => value))))
  const inner = panel.width - panel.left - panel.right
  const across = (minute: number): number => round(panel.left + (minute / minutes) * inner)
  const up = (value: number): number => round(panel.top + panel.plot * (1 - value / top))
  const grid = [0, 0.5, 1].map((part) => {
    const y = up(part * top)
    const line = `<line class="g" x1="${panel.left}" y1="${y}" x2="${panel.left + inner}" y2="${y}"/>`
    return line + text(panel.left - 5, y + 4, shown(part * top, unit), 'end')
  })
  const hours = Array.from({ length: Math.floor(minutes / 30) + 1 }, (_, i) => i * 30).map((minute) =>
    text(across(minute), panel.top + panel.plot + textSize + 4, clock(minute)),
  )
  return [
    ...card(title),
    ...marks.map((mark) => marked(mark, across)),
    ...grid,
    ...hours,
    ...lines.map(({ points }, index) => {
      const path = points.map(([minute, value]) => `${across(minute)},${up(value)}`).join(' ')
      return `<polyline points="${path}" fill="none" ${stroke(index)} stroke-width="1.6" stroke-linejoin="round"/>`
    }),
    ...legend(
      lines.map(({ name }) => name),
      textSize,
    ),
  ].join('\n')
}

function clock(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
}

function marked({ from, to }: Mark, across: (minute: number) => number): string {
  const [x, end] = [across(from), across(to)]
  if (x === end)
    return `<line class="v" x1="${x}" y1="${panel.top}" x2="${x}" y2="${panel.top + panel.plot}"/>`
  return `<rect class="m" x="${x}" y="${panel.top}" width="${round(end - x)}" height="${panel.plot}"/>`
}

function legend(names: readonly string[], textSize: number): string[] {
  let x = 12
  let y = panel.top + panel.plot + 2 * textSize + 15
  return names.map((name, index) => {
    const width = 36 + name.length * textSize * 0.56
    if (x + width > panel.width - 8 && x > 12) {
      x = 12
      y += textSize + 4
    }
    const at = x
    x += width
    const line = `<line x1="${round(at)}" y1="${y - 4}" x2="${round(at + 18)}" y2="${y - 4}" ${stroke(index)} stroke-width="2"/>`
    return line + text(at + 23, y, name, 'start')
  })
}

function stroke(index: number): string {
  const which = index % strokes.length
  return `class="s${which}" stroke-dasharray="${strokes[which]!.dash}"`
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end' = 'middle'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(content)}</text>`
}

function niceTop(most: number): number {
  if (most === 0) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most * 0.999)!
}

function shown(value: number, unit: string): string {
  if (unit === 'percentunit') return `${round(value * 100)} %`
  return unit === 's' ? `${round(value)} s` : String(round(value))
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
