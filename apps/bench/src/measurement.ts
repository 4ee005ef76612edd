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

export interface Measured {
  readonly rows: readonly Row[]
  /** Sentences below the table: versions, and what could not be measured. */
  readonly notes?: readonly string[]
  /** What fails the command, also without `--strict`. */
  readonly overBudget?: readonly string[]
}

export interface Measurement {
  /** One sentence for the list. */
  readonly about: string
  run(): Promise<Measured>
}

/** Whether a row is within its target, as it is written down. */
export function judged(row: Omit<Row, 'ok'>): Row {
  return row.target === undefined ? row : { ...row, ok: row.ours <= row.target }
}
