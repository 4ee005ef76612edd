import { faultKinds, type FaultKind } from '../context/faults.ts'

/** The effect of a kind of fault, and the fields of the form that it reads in addition to path, count and probability. */
interface KindOfFault {
  readonly effect: string
  readonly reads: readonly ('code' | 'ms' | 'status' | 'when')[]
}

const kinds: Readonly<Record<FaultKind, KindOfFault>> = {
  reject: { effect: 'Status 401 for the token, before anything else happens.', reads: ['code', 'status'] },
  'expire-mid-capture': {
    effect: 'The session token of a capture expires between the SDK’s GETs and the vault.',
    reads: [],
  },
  latency: { effect: 'The answer waits.', reads: ['ms', 'when'] },
  hang: { effect: 'Forage sends no answer until the caller aborts.', reads: ['when'] },
  drop: { effect: 'The connection ends without an answer.', reads: ['when'] },
  'rate-limit': { effect: 'Status 429. With ms, it has a Retry-After header.', reads: ['ms'] },
  html: { effect: 'Status 502 with a gateway’s page instead of JSON.', reads: ['status', 'when'] },
  truncate: { effect: 'The answer has only half of its body.', reads: [] },
  skew: { effect: 'The Date header is wrong by ms.', reads: ['ms'] },
  redirect: { effect: 'A redirect to the same address, with status 307 or 303.', reads: ['status', 'when'] },
  duplicate: { effect: 'The request arrives twice.', reads: [] },
}

/** Returns the form. The page's script shows the effect of the chosen kind and the fields that it reads. */
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
