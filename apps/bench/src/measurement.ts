/** One line of a measurement. `floor` is the same work without this library, measured in the same run. */
export interface Row {
  readonly id: string
  readonly what: string
  readonly ours: number
  readonly unit: string
  readonly floor?: number
  readonly peers?: Readonly<Record<string, number>>
  /** The highest value that meets the target, in the same unit. */
  readonly target?: number
  readonly ok?: boolean
}

export interface Measured {
  readonly rows: readonly Row[]
  /** Sentences below the table, such as versions and measurements that this machine cannot run. */
  readonly notes?: readonly string[]
  /** Messages about exceeded budgets. They fail the command even without `--strict`. */
  readonly overBudget?: readonly string[]
}

export interface Measurement {
  /** One sentence for the list of measurements. */
  readonly about: string
  run(): Promise<Measured>
}

/** Returns the row with `ok`, which says whether it meets its target. A row without a target stays unchanged. */
export function judged(row: Omit<Row, 'ok'>): Row {
  return row.target === undefined ? row : { ...row, ok: row.ours <= row.target }
}
