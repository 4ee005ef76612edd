import { memo, useEffect, useState, type ReactNode } from 'react'

import type { Group } from '../panels/timeline-filter.ts'
import type { Room } from '../state/room.ts'
import {
  buckets,
  latencies,
  liveTokens,
  percentile,
  replays,
  tokenRequests,
  type Span,
} from '../state/series.ts'
import { duration, plural } from '../words/readable.ts'
import { Bars } from './bars.tsx'
import { Dots } from './dots.tsx'
import { Plot } from './plot.tsx'
import { Steps } from './steps.tsx'

const spanMs = 5 * 60_000

/** The plots of the last five minutes. */
export const Plots: (props: { room: Room }) => ReactNode = memo(({ room }: { room: Room }) => {
  const now = useNow()
  const span = { from: now - spanMs, to: now }
  return (
    <section className="plots" aria-labelledby="plots-title">
      <h2 id="plots-title">The last five minutes</h2>
      <TokenRequestPlot room={room} span={span} />
      <ReplayPlot room={room} span={span} />
      <LatencyPlot room={room} span={span} />
      <LivePlot room={room} span={span} />
    </section>
  )
})

/** Returns the time, updated each second while the page is visible. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const tick = (): void => {
      if (document.visibilityState === 'visible') setNow(Date.now())
    }
    const timer = setInterval(tick, 1000)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }, [])
  return now
}

interface PlotProps {
  room: Room
  span: Span
}

function TokenRequestPlot({ room: { entries }, span }: PlotProps): ReactNode {
  const { merchant, session, authentication } = tokenRequests(entries)
  return (
    <Plot title="Token requests">
      <BarRow name="Shop’s page to the backend" from="backend" times={merchant} span={span} />
      <BarRow name="Backend to Forage, session tokens" from="forage" times={session} span={span} />
      <BarRow
        name="Backend to Forage, authentication tokens"
        from="forage"
        times={authentication}
        span={span}
      />
    </Plot>
  )
}

function ReplayPlot({ room: { entries }, span }: PlotProps): ReactNode {
  const { refused, replayed } = replays(entries)
  return (
    <Plot title="Refused and sent again">
      <BarRow name="Refused by Forage (401)" from="forage" times={refused} span={span} />
      <BarRow name="Sent again by the page, successfully" from="page" times={replayed} span={span} />
    </Plot>
  )
}

const barCount = 60

interface BarRowProps {
  name: string
  /** The source in the timeline, which has the same color. */
  from: Group
  times: readonly number[]
  span: Span
}

function BarRow({ name, from, times, span }: BarRowProps): ReactNode {
  const values = buckets(times, span, barCount)
  const sum = values.reduce((total, value) => total + value, 0)
  return (
    <div className={`row from-${from}`}>
      <p className="row-name small">
        {name} <strong>{sum}</strong>
      </p>
      <Bars values={values} label={`${name}: ${sum} in the last five minutes`} />
    </div>
  )
}

function LatencyPlot({ room: { entries }, span }: PlotProps): ReactNode {
  const dots = latencies(entries, span)
  const values = dots.map(({ value }) => value)
  const [half, most] = [0.5, 0.95].map((part) => percentile(values, part))
  const summary =
    half === undefined || most === undefined
      ? 'No answers yet'
      : `${plural(dots.length, 'answer')}: half within ${duration(half)}, 95 % within ${duration(most)}`
  return (
    <Plot title="Response times of Forage">
      <p className="row-name small">
        {summary}. <span className="muted">● answered, ■ refused or lost</span>
      </p>
      <Dots dots={dots} span={span} label={summary} />
    </Plot>
  )
}

function LivePlot({ room: { statuses }, span }: PlotProps): ReactNode {
  return (
    <Plot title="Live tokens at Forage">
      <StepRow name="Authentication tokens" of="authenticationTokens" statuses={statuses} span={span} />
      <StepRow name="Session tokens" of="sessionTokens" statuses={statuses} span={span} />
    </Plot>
  )
}

interface StepRowProps extends Pick<Room, 'statuses'> {
  name: string
  of: 'authenticationTokens' | 'sessionTokens'
  span: Span
}

function StepRow({ name, of, statuses, span }: StepRowProps): ReactNode {
  const steps = liveTokens(statuses, of, span)
  const now = steps.at(-1)?.value
  return (
    <div className="row">
      <p className="row-name small">
        {name} <strong>{now ?? '–'}</strong>
      </p>
      <Steps steps={steps} span={span} label={`${name}: ${now ?? 'unknown'} now`} />
    </div>
  )
}
