export interface Line {
  readonly name: string
  /** One value for each `x` of the plot, in order. */
  readonly values: readonly number[]
}

export interface LinePlot {
  readonly title: string
  readonly x: {
    readonly label: string
    readonly values: readonly number[]
    /** The distance between two ticks. Ticks are at its multiples. */
    readonly tickEvery: number
    /** Formats the label of a tick. Default: three digits. */
    readonly format?: (value: number) => string
  }
  readonly y: {
    readonly label: string
    /** `log` starts at 1 and fits values that differ by powers of ten. Default: `linear`. */
    readonly scale?: 'linear' | 'log'
  }
  readonly lines: readonly Line[]
  /** Vertical lines that mark events. */
  readonly marks?: readonly { readonly at: number; readonly label: string }[]
}

const size = { width: 860, height: 300, left: 64, right: 16, top: 54, bottom: 44 }
const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom }
/** Each line has its own dashes, so that readers can tell lines apart without color. */
const strokes = [
  { light: '#1769aa', dark: '#6cb8f5', dash: '' },
  { light: '#c2410c', dark: '#fb923c', dash: '6 3' },
  { light: '#15803d', dark: '#4ade80', dash: '2 3' },
  { light: '#7c3aed', dark: '#c4a1ff', dash: '8 3 2 3' },
]
const strokeRules = (scheme: 'light' | 'dark'): string =>
  strokes.map((stroke, index) => `.s${index}{stroke:${stroke[scheme]}}`).join('')

/** Returns a standalone SVG for a page or for Markdown. Text and axes follow the reader's color scheme. */
export function linePlot({ title, x, y, lines, marks = [] }: LinePlot): string {
  const [from, to] = [x.values[0] ?? 0, x.values.at(-1) ?? 1]
  const scale = scaleOf(y.scale, Math.max(...lines.flatMap(({ values }) => values), 0))
  const across = (value: number): number =>
    round(size.left + ((value - from) / (to - from || 1)) * inner.width)
  const up = (value: number): number => round(size.top + inner.height * (1 - scale.part(value)))
  const path = (values: readonly number[]): string =>
    values.map((value, index) => `${across(x.values[index]!)},${up(value)}`).join(' ')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escaped(title)}">`,
    `<style>text{font:12px system-ui,sans-serif;fill:#334155}.t{font-weight:600;font-size:14px}.g{stroke:#94a3b8;stroke-opacity:.35}.m{stroke:#64748b;stroke-dasharray:3 3}${strokeRules('light')}@media(prefers-color-scheme:dark){text{fill:#cbd5e1}${strokeRules('dark')}}</style>`,
    `<text class="t" x="${size.left}" y="18">${escaped(title)}</text>`,
    ...legend(lines),
    ...scale.ticks.map((value) => horizontal(value, up(value))),
    ...ticks(from, to, x.tickEvery).map((value) =>
      label(across(value), size.height - 24, (x.format ?? shown)(value), 'middle'),
    ),
    label(size.left + inner.width / 2, size.height - 6, x.label, 'middle'),
    `<text transform="translate(14 ${size.top + inner.height / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
    ...marks.flatMap((mark) => vertical(across(mark.at), mark.label)),
    ...lines.map(({ values }, index) => polyline(path(values), index)),
    '</svg>',
  ].join('\n')
}

function legend(lines: readonly Line[]): string[] {
  let left = size.left
  return lines.flatMap(({ name }, index) => {
    const at = left
    left += 44 + name.length * 6.6
    const stroke = `${strokeOf(index)} stroke-width="2"`
    return [`<line x1="${at}" y1="34" x2="${at + 22}" y2="34" ${stroke}/>`, label(at + 28, 38, name, 'start')]
  })
}

function polyline(points: string, index: number): string {
  return `<polyline points="${points}" fill="none" ${strokeOf(index)} stroke-width="1.8" stroke-linejoin="round"/>`
}

function strokeOf(index: number): string {
  const which = index % strokes.length
  return `class="s${which}" stroke-dasharray="${strokes[which]!.dash}"`
}

function horizontal(value: number, y: number): string {
  const line = `<line class="g" x1="${size.left}" y1="${y}" x2="${size.left + inner.width}" y2="${y}"/>`
  return line + label(size.left - 6, y + 4, shown(value), 'end')
}

function vertical(x: number, text: string): string[] {
  const line = `<line class="m" x1="${x}" y1="${size.top}" x2="${x}" y2="${size.top + inner.height}"/>`
  return [line, label(x + 3, size.top + 10, text, 'start')]
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(text)}</text>`
}

interface Scale {
  /** Returns the height of a value as a part of the plot, 0 to 1. */
  readonly part: (value: number) => number
  readonly ticks: readonly number[]
}

function scaleOf(kind: 'linear' | 'log' = 'linear', most: number): Scale {
  if (kind === 'linear') {
    const top = niceTop(most)
    return { part: (value) => value / top, ticks: [0, 0.25, 0.5, 0.75, 1].map((part) => part * top) }
  }
  const powers = Math.max(1, Math.ceil(Math.log10(Math.max(most, 1))))
  const part = (value: number): number => Math.max(0, Math.log10(Math.max(value, 1)) / powers)
  return { part, ticks: Array.from({ length: powers + 1 }, (_, power) => 10 ** power) }
}

/** Returns the smallest number at or above the value that is 1, 2 or 5 times a power of ten. */
function niceTop(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

function ticks(from: number, to: number, every: number): number[] {
  const first = Math.ceil(from / every)
  return Array.from({ length: Math.floor(to / every) - first + 1 }, (_, index) => (first + index) * every)
}

function shown(value: number): string {
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3, notation: 'compact' }).format(value)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
