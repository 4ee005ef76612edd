/** One time series: its name with labels, as Prometheus writes it, and a value for each scrape that had one. */
export type RecordedSeries = ReadonlyMap<string, readonly (number | undefined)[]>

/** Keeps what each scrape read. */
export interface SeriesRecorder {
  readonly recorded: RecordedSeries
  readonly intervalMs: number
  /** Keeps one scrape of each instance: its name and the text that it answered. */
  record(scrapes: readonly (readonly [instance: string, text: string])[]): void
}

/** Creates a recorder for a job named `shop`. */
export function createSeriesRecorder(intervalMs: number): SeriesRecorder {
  const recorded = new Map<string, (number | undefined)[]>()
  let scrapeCount = 0
  return {
    recorded,
    intervalMs,
    record(scrapes) {
      for (const [instance, text] of scrapes) {
        for (const { name, labels, value } of samplesOf(text)) {
          const all = [...labels, `instance="${instance}"`, 'job="shop"']
          const series = `${name}{${all.join(',')}}`
          const values = recorded.get(series) ?? []
          recorded.set(series, values)
          values[scrapeCount] = value
        }
      }
      scrapeCount += 1
    },
  }
}

/** One line of Prometheus' text format. */
export interface Sample {
  name: string
  /** Each as `name="value"`. */
  labels: string[]
  value: number
}

/** Returns the samples of a text in Prometheus' text format. */
export function samplesOf(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)(?: \d+)?$/i.exec(line) ?? []
    return name === undefined ? [] : [{ name, labels: labelsOf(labels), value: numberOf(value!) }]
  })
}

function labelsOf(text: string): string[] {
  return text.match(/[a-z_]\w*="(?:[^"\\]|\\.)*"/gi) ?? []
}

function numberOf(text: string): number {
  return text === '+Inf' ? Infinity : Number(text)
}
