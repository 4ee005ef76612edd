import { faultKinds, type FaultKind } from '../control/faults.ts'

/** What a kind does, and which fields of the form it reads beside path, count and probability. */
interface KindOfFault {
  readonly effect: string
  readonly reads: readonly ('code' | 'ms' | 'status' | 'when')[]
}

const kinds: Readonly<Record<FaultKind, KindOfFault>> = {
  reject: { effect: '401 for the token, before anything else happens.', reads: ['code', 'status'] },
  'expire-mid-capture': {
    effect: 'The session token of a capture expires between the SDK’s GETs and the vault.',
    reads: [],
  },
  latency: { effect: 'The answer waits.', reads: ['ms', 'when'] },
  hang: { effect: 'No answer until the caller gives up.', reads: ['when'] },
  drop: { effect: 'The connection ends without an answer.', reads: ['when'] },
  'rate-limit': { effect: '429. With ms it says when to come back.', reads: ['ms'] },
  html: { effect: 'A gateway’s page instead of JSON: 502.', reads: ['status', 'when'] },
  truncate: { effect: 'Half of the body.', reads: [] },
  skew: { effect: 'The Date header is off by that much.', reads: ['ms'] },
  redirect: { effect: 'To the same address, 307 or 303.', reads: ['status', 'when'] },
  duplicate: { effect: 'The request arrives twice.', reads: [] },
}

/** The script shows the chosen kind's effect, and the fields that it reads. */
export function faultForm(): string {
  return `<form id="arm">
      <label>Kind <select name="kind" aria-describedby="effect">${faultKinds.map(option).join('')}</select></label>
      <label>Path begins with <input name="path" placeholder="/api/" autocomplete="off" spellcheck="false"></label>
      <p id="effect" class="whole"></p>
      <label>Count <input name="count" type="number" min="1" value="1"></label>
      <label>Probability <input name="probability" type="number" min="0" max="1" step="any" placeholder="1"></label>
      <label>ms <input name="ms" type="number"></label>
      <label>Status <input name="status" type="number"></label>
      <label>Code <input name="code" autocomplete="off" spellcheck="false"></label>
      <label>When <select name="when"><option>before</option><option>after</option></select></label>
      <button class="whole">Arm</button>
    </form>`
}

function option(kind: FaultKind): string {
  const { effect, reads } = kinds[kind]
  return `<option data-effect="${effect}" data-reads="${reads.join(' ')}">${kind}</option>`
}
