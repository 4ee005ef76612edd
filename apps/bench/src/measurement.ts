/** One line of a measurement. `floor` is the bare thing, measured in the same run. */
export interface Row {
  readonly id: string
  readonly what: string
  readonly ours: number
  readonly unit: string
  readonly floor?: number
  readonly peers?: Readonly<Record<string, number>>
  /** At most this, in the same unit. */
  readonly target?: number
  readonly ok?: boolean
}

export interface Measurement {
  /** One sentence for the list. */
  readonly about: string
  run(): Promise<Row[]>
}
