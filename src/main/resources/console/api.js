// The public API, with the operator's token. The token is in sessionStorage: this tab only, gone when it is closed.
const BASE = '/api/v1';
const KEY = 'order-engine.token';

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: value => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
  /** What the token says of itself; only to be shown, the engine decides. */
  claims() {
    try {
      const part = this.get().split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
      return JSON.parse(atob(part));
    } catch {
      return {};
    }
  },
};

/** A refusal, in the words of its problem document. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `The engine answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

async function send(method, path, headers, body, signal) {
  const response = await fetch(BASE + path, {
    method, body, signal, cache: 'no-store',
    headers: { Authorization: `Bearer ${token.get()}`, ...headers },
  });
  if (!response.ok) {
    throw new Refused(response.status, await response.json().catch(() => ({})));
  }
  return response;
}

const read = async response => ({ body: await response.json(), etag: response.headers.get('ETag') });

export const get = path => send('GET', path, {}).then(read);

/** A question that is put by POST: it changes nothing, so it needs neither body nor key. */
export const ask = path => send('POST', path, {}).then(read);

/** Each wish has a key of its own, so that sending it again when the answer is lost does nothing twice. */
export function write(method, path, body, headers = {}) {
  const own = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID?.() ?? uuid(), ...headers };
  return send(method, path, own, JSON.stringify(body)).then(read);
}

/** Where the page does not come over TLS, browsers have no randomUUID. */
function uuid() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Follows a stream of server-sent events, and comes back when it breaks, after the event that came last.
 * EventSource cannot send a token. Gives the function that ends it.
 */
export function follow(path, onEvent, onState = () => {}) {
  const ending = new AbortController();
  let last = null;
  const run = async () => {
    while (!ending.signal.aborted) {
      try {
        const headers = { Accept: 'text/event-stream', ...(last ? { 'Last-Event-ID': last } : {}) };
        const response = await send('GET', path, headers, undefined, ending.signal);
        onState('live');
        await events(response, event => {
          last = event.id ?? last;
          if (event.data) onEvent(JSON.parse(event.data));
        });
      } catch (fault) {
        if (ending.signal.aborted) return;
        if (fault.status === 410) last = null;
        onState('away', fault);
        if ([401, 403, 404].includes(fault.status)) return;
      }
      await new Promise(resolve => setTimeout(resolve, 2000));
    }
  };
  run();
  return () => ending.abort();
}

async function events(response, onEvent) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const event = {};
      for (const line of part.split('\n')) {
        const colon = line.indexOf(': ');
        if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 2);
      }
      onEvent(event);
    }
  }
}
