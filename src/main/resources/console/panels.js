// The views. Each is given its element and what it may use, and gives the function that ends it. Text is only ever set as text.
import { ask, follow, get, write } from './api.js';
import { draw } from './chart.js';

/** An element: h('td.n', 'text') or h('a', { href }, child, …). */
export function h(what, ...rest) {
  const [name, ...classes] = what.split('.');
  const element = document.createElement(name);
  element.className = classes.join(' ');
  for (const one of rest.flat()) {
    if (one instanceof Node || typeof one === 'string' || typeof one === 'number') {
      element.append(one);
    } else if (one) {
      for (const [key, value] of Object.entries(one)) {
        if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
        else if (value !== null && value !== false) element.setAttribute(key, value === true ? '' : value);
      }
    }
  }
  return element;
}

const seconds = value => (value >= 1 ? `${+value.toFixed(2)} s` : `${+(value * 1000).toFixed(value < 0.01 ? 1 : 0)} ms`);
const number = value => (value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString('en') : value.toFixed(1));
const capped = value => (value >= 10000 ? '10,000+' : number(value));
const clock = at => new Date(at).toLocaleTimeString('en-GB');
const names = text => text.replace(/_/g, ' ');
const short = id => `${id.slice(0, 8)}…${id.slice(-4)}`;
const orderLink = id => h('a.mono', { href: `#orders/${id}`, title: id }, short(id));

function ago(at) {
  const s = Math.max(0, (Date.now() - new Date(at)) / 1000);
  return s < 90 ? `${Math.round(s)} s` : s < 5400 ? `${Math.round(s / 60)} min` : s < 129600 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} d`;
}

const tone = word => (/fail|reject|cancel|expire|open$|unknown/.test(word) ? 'bad'
  : /pending|review|verif|half/.test(word) ? 'warn'
  : /paid|captured|fulfilled|delivered|shipped|closed|approved/.test(word) ? 'good' : 'muted');
const pill = word => h(`span.pill.${tone(word)}`, names(word));
const card = (size, title, ...content) => h(`section.card.${size}`, h('h2', title), ...content);
const empty = text => h('p.empty', text);

function table(heads, rows, none) {
  if (!rows.length) return empty(none);
  return h('table', heads.length ? h('thead', h('tr', heads.map(head => h(head.startsWith('#') ? 'th.n' : 'th', head.replace('#', ''))))) : '', h('tbody', rows));
}

function fault(view, error) {
  view.replaceChildren(h('section.card', h('h2', 'Not to be seen'), h('p.bad', error.message),
    error.status === 403 ? h('p.muted', 'Your role lacks the scope for this view.') : ''));
}

// ── Overview ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SLOTS = 150; // of two seconds: five minutes
const WINDOW = 15; // frames that a rate and a percentile are of: half a minute

/** What was counted between two frames of one objective. Counters begin anew where the engine did. */
function between(before, after) {
  if (!before || after.count < before.count) return null;
  const earlier = new Map(before.buckets.map(bucket => [bucket.bound, bucket.count]));
  return {
    count: after.count - before.count,
    failures: after.failures - before.failures,
    buckets: after.buckets.map(bucket => ({ bound: bucket.bound, count: bucket.count - (earlier.get(bucket.bound) ?? 0) })),
  };
}

/** The 95th percentile, as Prometheus reckons it: linear within the bucket. */
export function p95({ count, buckets }) {
  const rank = 0.95 * count;
  let [below, bound] = [0, 0];
  for (const bucket of buckets) {
    if (bucket.count >= rank) {
      return bucket.count === below ? bucket.bound : bound + ((bucket.bound - bound) * (rank - below)) / (bucket.count - below);
    }
    [below, bound] = [bucket.count, bucket.bound];
  }
  return bound;
}

const frames = [];
export function figures(onFigures, onState) {
  return follow('/admin/figures', frame => {
    frames.push(frame);
    if (frames.length > SLOTS + WINDOW) frames.shift();
    onFigures(frame);
  }, onState);
}

const objective = (frame, name) => frame.objectives.find(one => one.name === name);

function measured(name, i, frame = WINDOW) {
  const from = frames[Math.max(0, i - frame)];
  if (!from || i === 0) return null;
  const delta = between(objective(from, name), objective(frames[i], name));
  const time = (new Date(frames[i].at) - new Date(from.at)) / 1000;
  return delta && time > 0 ? { ...delta, rate: delta.count / time, p95: delta.count ? p95(delta) : null } : null;
}

export function overview(view, app) {
  const tiles = h('div.tiles');
  const [rates, latencies] = [h('canvas', { 'aria-label': 'Requests a second, the last five minutes' }), h('canvas', { 'aria-label': '95th percentile of order creation, the last five minutes' })];
  const [levels, orders, breakers] = [h('div'), h('div'), h('div.row')];
  const feed = h('tbody');
  view.append(tiles, h('div.grid',
    card('w6', 'Requests a second · 5 min', rates),
    card('w6', 'Order creation p95 · 5 min', latencies),
    h('div.w7.stack',
      card('w7', 'Service levels · of this engine, the last 30 s', levels),
      card('w7', 'Orders by status · of 24 h, the newest 10,000', orders)),
    h('div.w5.stack',
      card('w5', 'Circuit breakers', breakers),
      card('w5', 'Events · live', h('div.feed', h('table', feed))))));

  const tile = (label, value, note, mood = '') => h('div.card.tile', h('h2', label), h(`b.${mood || 'plain'}`, value), h('small', note));
  function show() {
    const frame = frames.at(-1);
    if (!frame) return;
    const last = frames.length - 1;
    const [all, placing] = [measured('requests', last), measured('order_creation', last)];
    const failing = all && all.count ? (100 * all.failures) / all.count : 0;
    const dead = frame.outbox.set_aside + frame.dead_notifications;
    const review = frame.orders.find(one => one.status === 'pending_review')?.number ?? 0;
    tiles.replaceChildren(
      tile('Orders / s', placing ? number(placing.rate) : '–', `${number(objective(frame, 'order_creation').count)} since start`),
      tile('Requests / s', all ? number(all.rate) : '–', `${failing.toFixed(2)} % failed`, failing > 0.1 ? 'bad' : ''),
      tile('Outbox', capped(frame.outbox.waiting), `oldest ${seconds(frame.outbox.lag_seconds)}`, frame.outbox.lag_seconds > 30 ? 'bad' : ''),
      tile('To review', capped(review), 'orders wait', review ? 'warn' : ''),
      tile('Dead letters', capped(dead), 'events and mails', dead ? 'bad' : ''),
      tile('Unknown payments', capped(frame.unknown_payments), 'being looked up', frame.unknown_payments ? 'warn' : ''));
    const from = Math.max(0, frames.length - SLOTS);
    const series = (name, of) => frames.slice(from).map((one, i) => of(measured(name, from + i, 5)));
    draw(rates, series('requests', one => one?.rate ?? null), { slots: SLOTS, unit: number, least: 1 });
    draw(latencies, series('order_creation', one => one?.p95 ?? null), { slots: SLOTS, unit: seconds, limit: 0.5 });
    levels.replaceChildren(table(['', '#/ s', '#p95', 'against its level', '#succeeded'], frame.objectives.filter(one => one.target_seconds).map(one => {
      const now = measured(one.name, last);
      const success = one.count ? 100 - (100 * one.failures) / one.count : null;
      const bar = h('div.bar', now?.p95 != null ? h(now.p95 > one.target_seconds ? 'i.bad' : 'i') : '', h('em'));
      if (now?.p95 != null) bar.firstChild.style.width = `${Math.min(100, (80 * now.p95) / one.target_seconds)}%`;
      bar.lastChild.style.left = '80%';
      return h('tr', h('td', names(one.name)), h('td.n', now ? number(now.rate) : '–'),
        h(`td.n${now?.p95 > one.target_seconds ? '.bad' : ''}`, now?.p95 != null ? seconds(now.p95) : '–'),
        h('td', { title: `p95 below ${seconds(one.target_seconds)}` }, bar),
        h('td.n', success === null ? '–' : `${success.toFixed(2)} %`));
    }), 'Nothing measured yet.'));
    const most = Math.max(1, ...frame.orders.map(one => one.number));
    orders.replaceChildren(table([], frame.orders.slice().sort((a, b) => b.number - a.number).map(one => {
      const bar = h('div.bar', h('i'));
      bar.firstChild.style.width = `${(100 * one.number) / most}%`;
      return h('tr', h('td', h('a', { href: `#orders?status=${one.status}` }, pill(one.status))), h('td.n', number(one.number)), h('td', bar));
    }), 'No order in the last 24 hours.'));
    breakers.replaceChildren(...(frame.breakers.length
      ? frame.breakers.map(one => h('span.row', one.name, pill(one.state)))
      : [h('span.muted', 'This engine has none.')]));
  }
  const stopFeed = follow('/events', event => {
    feed.prepend(h('tr', h('td.muted', clock(event.at)), h('td', h(`span.${tone(event.type)}`, event.type)), h('td', orderLink(event.order_id))));
    while (feed.childElementCount > 60) feed.lastChild.remove();
  });
  app.onFigures(show);
  show();
  addEventListener('resize', show);
  return () => {
    removeEventListener('resize', show);
    stopFeed();
  };
}

// ── Review ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export function review(view, app) {
  const list = h('div');
  view.append(h('section.card', h('div.row', h('h2', 'Orders that wait for a decision'), h('button', { onclick: () => load() }, 'Refresh')), list));
  const decide = async (order, decision) => {
    const answer = await app.ask(`${decision === 'approve' ? 'Approve' : 'Reject'} ${short(order.order_id)}?`,
      `${order.total_amount} ${order.currency} of ${order.customer_id}`, { note: true, verb: decision === 'approve' ? 'Approve' : 'Reject', danger: decision === 'reject' });
    if (!answer) return;
    try {
      const { body } = await write('POST', `/orders/${order.order_id}/review`, { decision, ...(answer.note ? { note: answer.note } : {}) }, { 'If-Match': `"${order.version}"` });
      app.toast(`${short(order.order_id)} is ${names(body.status)}.`);
    } catch (error) {
      app.toast(error.message, true);
    }
    load();
  };
  async function load() {
    try {
      const { body } = await get('/orders?status=pending_review&limit=100');
      list.replaceChildren(table(['Order', 'Customer', '#Total', 'Rules', '#Waits', ''], body.items.map(order => h('tr.choice', { tabindex: 0, 'data-order': order.order_id },
        h('td', orderLink(order.order_id)), h('td', order.customer_id), h('td.n', `${order.total_amount} ${order.currency}`),
        h('td', order.matched_rules.join(' ')), h('td.n', ago(order.created_at)),
        h('td.n', h('button.approve', { onclick: () => decide(order, 'approve') }, 'Approve'), ' ', h('button.danger.reject', { onclick: () => decide(order, 'reject') }, 'Reject')))),
      'Nothing waits for a decision.'));
    } catch (error) {
      fault(view, error);
    }
  }
  load();
  const polling = setInterval(() => document.querySelector('dialog[open], tr.choice:focus-within') || load(), 5000);
  return () => clearInterval(polling);
}

// ── Orders and the timeline of one ────────────────────────────────────────────────────────────────────────────────────────

function value(what) {
  return what !== null && typeof what === 'object' ? h('code', JSON.stringify(what)) : String(what);
}

export function orders(view, app, rest) {
  const [id, query] = rest.split('?');
  const find = h('input.mono', { id: 'find', placeholder: 'order id', size: 38, value: id, 'aria-label': 'Order id' });
  const form = h('form.row', { onsubmit: event => { event.preventDefault(); location.hash = `orders/${find.value.trim()}`; } }, find, h('button.primary', 'Show'));
  view.append(h('section.card', form));
  return id ? timeline(view, id) : newest(view, new URLSearchParams(query).get('status'));
}

function newest(view, status) {
  const list = h('div');
  view.append(h('p'), h('section.card', h('div.row', h('h2', status ? `Newest orders that are ${names(status)}` : 'Newest orders'), status ? h('a', { href: '#orders' }, 'all') : ''), list));
  get(`/orders?limit=50${status ? `&status=${encodeURIComponent(status)}` : ''}`).then(({ body }) => list.replaceChildren(table(
    ['Order', 'Customer', '#Total', 'Status', 'Payment', '#Age'],
    body.items.map(order => h('tr.choice', { tabindex: 0, 'data-order': order.order_id }, h('td', orderLink(order.order_id)), h('td', order.customer_id),
      h('td.n', `${order.total_amount} ${order.currency}`), h('td', pill(order.status)), h('td', pill(order.payment_status)), h('td.n', ago(order.created_at)))),
    'None.'))).catch(error => fault(view, error));
  return () => {};
}

function timeline(view, id) {
  const [head, items] = [h('div'), h('ol.timeline')];
  view.append(h('p'), h('div.grid', card('w4', 'Order', head), card('w8', 'What happened · live', items)));
  const load = () => get(`/orders/${encodeURIComponent(id)}`).then(({ body: order }) => head.replaceChildren(
    h('div.row', pill(order.status), pill(order.payment_status), pill(order.fulfillment_status)),
    h('dl', [['id', order.order_id], ['customer', order.customer_id], ['total', `${order.total_amount} ${order.currency}`], ['method', names(order.payment_method)],
      ['decision', `${order.decision} ${order.matched_rules.join(' ')}`], ['rules', order.rules_version], ['version', order.version], ['placed', new Date(order.created_at).toISOString()]]
      .flatMap(([key, text]) => [h('dt', key), h('dd', String(text))])),
    h('p'), table(['Item', '#Qty', '#Price'], order.items.map(item => h('tr', h('td', item.product_id), h('td.n', item.quantity), h('td.n', item.unit_price))), 'No items.')));
  load().catch(error => fault(view, error));
  let first = null;
  return follow(`/orders/${encodeURIComponent(id)}/events`, event => {
    first ??= new Date(event.at);
    items.append(h(`li.${tone(event.type)}`,
      h('div.row', h('b', event.type), h('span.muted', `#${event.sequence} · ${clock(event.at)} · +${seconds((new Date(event.at) - first) / 1000)} · ${event.actor}`)),
      h('dl', Object.entries(event.data).flatMap(([key, one]) => [h('dt', names(key)), h('dd', value(one))]))));
    load().catch(() => {});
  });
}

// ── Dead letters ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export function deadLetters(view, app) {
  const [sources, letters] = [h('div'), h('div')];
  view.append(h('div.grid', card('w4', 'Where', sources), card('w8', 'The latest', letters)));
  const redrive = async source => {
    if (!await app.ask(`Try the dead letters of ${source} again?`, 'Up to 1,000 events or mails, or 100 messages. It goes into the audit log.', { verb: 'Redrive' })) return;
    try {
      const { body } = await write('POST', '/admin/dead-letters/redrive', { source });
      app.toast(`${body.redriven} of ${source} are tried again.`);
    } catch (error) {
      app.toast(error.message, true);
    }
    load();
  };
  async function load() {
    try {
      const { body } = await get('/admin/dead-letters');
      sources.replaceChildren(table(['Source', '#Letters', ''], body.items.map(one => h('tr', { 'data-source': one.source }, h('td', one.source),
        h(`td.n${one.letters ? '.bad' : ''}`, one.letters === null ? '?' : capped(one.letters)),
        h('td.n', h('button', { onclick: () => redrive(one.source), disabled: one.letters === 0 }, 'Redrive')))), 'No sources.'));
      const latest = body.items.flatMap(one => one.latest.map(letter => ({ ...letter, source: one.source }))).sort((a, b) => (a.at < b.at ? 1 : -1));
      letters.replaceChildren(table(['Order', 'What', 'Reason', '#Since'], latest.map(one => h('tr.choice', { tabindex: 0, 'data-order': one.order_id }, h('td', orderLink(one.order_id)),
        h('td', `${one.what} #${one.sequence}`, h('div.muted', one.source)), h('td', one.reason, one.redrivable ? '' : h('div.warn', 'is not sent again')), h('td.n', ago(one.at)))),
      'No dead events or mails. Those of queues are only counted.'));
    } catch (error) {
      fault(view, error);
    }
  }
  load();
  const polling = setInterval(() => document.querySelector('dialog[open]') || load(), 5000);
  return () => clearInterval(polling);
}

// ── Rules, audit, log levels ──────────────────────────────────────────────────────────────────────────────────────────────

export function engine(view, app) {
  const [rules, audit, levels] = [h('div'), h('div'), h('div')];
  const logger = h('input.mono', { value: 'dev.orderengine', size: 30, 'aria-label': 'Logger' });
  const level = h('select', { 'aria-label': 'Level' }, ['debug', 'trace', 'info', 'warn', 'error'].map(one => h('option', one)));
  const minutes = h('input', { type: 'number', min: 1, max: 1440, value: 10, 'aria-label': 'Minutes' });
  const verify = async event => {
    event.target.disabled = true;
    audit.replaceChildren(h('p.muted', 'Verifying …'));
    try {
      const findings = [];
      let links = 0;
      for (let cursor = ''; cursor !== null;) {
        const { body } = await ask(`/admin/audit/verify${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
        findings.push(...body.findings);
        links += body.links;
        cursor = body.next_cursor;
      }
      audit.replaceChildren(h(findings.length ? 'p.bad' : 'p', `${findings.length ? 'Not intact' : 'Intact'}: ${links} links of the chain.`),
        findings.length ? table(['Finding', '#Entry', '#Link'], findings.map(one =>
          h('tr', h('td', names(one.finding)), h('td.n', one.entry_id ?? '–'), h('td.n', one.position ?? '–')))) : '');
    } catch (error) {
      audit.replaceChildren(h('p.bad', error.status === 403 ? 'Only admins may verify the audit log.' : error.message));
    }
    event.target.disabled = false;
  };
  const change = async event => {
    event.preventDefault();
    try {
      const { body } = await write('PUT', `/admin/log-levels/${encodeURIComponent(logger.value)}`, { level: level.value, for_seconds: minutes.value * 60 });
      app.toast(`${body.logger} logs ${body.level} until ${clock(body.until)}.`);
    } catch (error) {
      app.toast(error.message, true);
    }
    showLevels();
  };
  const showLevels = () => get('/admin/log-levels').then(({ body }) => levels.replaceChildren(table(['Logger', 'Level', '#Until'],
    body.items.map(one => h('tr', h('td.mono', one.logger), h('td', one.level), h('td.n', clock(one.until)))), 'All as configured.')));
  view.append(h('div.grid',
    card('w7', 'Rules in force', rules),
    h('div.w5.stack', card('w5', 'Audit chain', h('button', { id: 'verify', onclick: verify }, 'Verify'), audit),
      card('w5', 'Log levels · of this engine', h('form.row', { onsubmit: change }, logger, level, minutes, 'min', h('button.primary', 'Change')), levels))));
  get('/admin/rules').then(({ body }) => rules.replaceChildren(h('p.muted', 'Version ', h('code', body.version)),
    table(['Rule', 'Says'], body.rules.map(rule => h('tr', h('td.mono', rule.id), h('td', rule.description))), 'No rules.')))
    .then(showLevels).catch(error => fault(view, error));
  return () => {};
}
