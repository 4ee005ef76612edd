import { samplesOf, type RecordedSeries } from './series.ts'

/** The metrics that the server exports: their labels, and the values that each label had. */
export type ExportedMetrics = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>

/** Returns the metrics of all recorded series, with the labels that Prometheus adds to each. */
export function exportedMetrics(recorded: RecordedSeries): ExportedMetrics {
  const metrics = new Map<string, Map<string, Set<string>>>()
  for (const series of recorded.keys()) {
    const [sample] = samplesOf(`${series} 0`)
    const labels = metrics.get(sample!.name) ?? new Map<string, Set<string>>()
    metrics.set(sample!.name, labels)
    for (const text of sample!.labels) {
      const [, label = '', value = ''] = /^(\w+)="(.*)"$/.exec(text) ?? []
      labels.set(label, (labels.get(label) ?? new Set()).add(value))
    }
  }
  return metrics
}
