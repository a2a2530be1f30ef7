// Signing in, the views and the keys.
import { token, get } from './api.js';
import { deadLetters, engine, figures, h, orders, overview, review } from './panels.js';

const VIEWS = [['overview', 'Overview', overview], ['review', 'Review', review], ['orders', 'Orders', orders], ['dead', 'Dead letters', deadLetters], ['engine', 'Engine', engine]];
const $ = id => document.getElementById(id);
let [endView, endFigures, latest] = [() => {}, () => {}, null];
let listeners = [];

const app = {
  onFigures: listener => listeners.push(listener),
  toast(text, bad = false) {
    const toast = h(bad ? 'div.bad' : 'div', text);
    $('toasts').append(toast);
    setTimeout(() => toast.remove(), bad ? 8000 : 4000);
  },
  /** What a person says to it: null for no, else the note. */
  ask(title, text, { note = false, verb, danger = false }) {
    const dialog = $('ask');
    const input = h('input', { id: 'note', placeholder: 'note, kept with the order', maxlength: 500, 'aria-label': 'Note' });
    return new Promise(resolve => {
      const done = answer => { dialog.close(); resolve(answer); };
      dialog.oncancel = () => resolve(null);
      dialog.replaceChildren(h('form', { onsubmit: event => { event.preventDefault(); done({ note: input.value.trim() }); } },
        h('b', title), h('span.muted', text), note ? input : '',
        h('div.row', h('button', { type: 'button', onclick: () => done(null) }, 'Leave it'), h(danger ? 'button.danger' : 'button.primary', { id: 'confirm' }, verb))));
      dialog.showModal();
      (note ? input : $('confirm')).focus();
    });
  },
};

function show() {
  const [name, ...rest] = location.hash.slice(1).split(/[/?]/);
  const view = VIEWS.find(one => one[0] === name) ?? VIEWS[0];
  endView();
  listeners = [];
  $('view').replaceChildren();
  const query = location.hash.includes('?');
  endView = view[2]($('view'), app, query ? `?${rest.join('?')}` : rest.join('/'));
  for (const tab of $('tabs').children) tab.hash === `#${view[0]}` ? tab.setAttribute('aria-current', 'page') : tab.removeAttribute('aria-current');
  document.title = `${view[1]} · order-engine`;
}

function counts(frame) {
  latest = frame;
  const numbers = {
    review: latest.orders.find(one => one.status === 'pending_review')?.number,
    dead: latest.outbox.set_aside + latest.dead_notifications,
  };
  for (const [name, number] of Object.entries(numbers)) {
    const tab = $('tabs').querySelector(`[href="#${name}"]`);
    tab.querySelector('.count')?.remove();
    if (number) tab.append(h('span.count', number));
  }
  listeners.forEach(listener => listener(frame));
}

function state(word, fault) {
  if (fault?.status === 401) return signOut('The token is not valid any more.');
  const shown = fault?.status === 403 ? 'no figures' : word;
  $('live').textContent = shown;
  $('live').className = `pill ${shown === 'live' ? 'good' : shown === 'away' ? 'bad' : 'muted'}`;
}

function signIn() {
  $('sign-in').hidden = true;
  $('app').hidden = false;
  const claims = token.claims();
  $('who').textContent = claims.sub ?? '';
  $('tabs').replaceChildren(...VIEWS.map(([name, title]) => h('a', { href: `#${name}` }, title)));
  endFigures = figures(counts, state);
  show();
}

function signOut(why = '') {
  token.forget();
  endView();
  endFigures();
  [endView, endFigures] = [() => {}, () => {}];
  $('view').replaceChildren();
  $('app').hidden = true;
  $('sign-in').hidden = false;
  $('sign-in-fault').textContent = why;
  $('token').focus();
}

function theme(dark) {
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  dispatchEvent(new Event('resize'));
}

/** Moves the selection among the rows, by the focus. */
function move(by) {
  const rows = [...document.querySelectorAll('tr.choice')];
  const at = rows.indexOf(document.activeElement.closest?.('tr.choice'));
  rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
}

const KEYS = {
  j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
  a: row => row?.querySelector('.approve')?.click(),
  x: row => row?.querySelector('.reject')?.click(),
  Enter: row => { if (row) location.hash = `orders/${row.dataset.order}`; },
  '/': () => { location.hash = 'orders'; setTimeout(() => $('find')?.focus()); },
  t: () => theme(document.documentElement.dataset.theme !== 'dark'),
};

addEventListener('keydown', event => {
  const typing = event.target.closest('input, textarea, select, dialog[open]') || $('app').hidden;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Enter' && event.target.closest('a, button')) return;
  const view = VIEWS[Number(event.key) - 1];
  const act = view ? () => { location.hash = view[0]; } : KEYS[event.key];
  if (act) {
    event.preventDefault();
    act(document.activeElement.closest('tr.choice'));
  }
});
addEventListener('hashchange', () => $('app').hidden || show());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', event => theme(event.matches));
$('theme').addEventListener('click', KEYS.t);
$('sign-out').addEventListener('click', () => signOut());
$('sign-in').addEventListener('submit', async event => {
  event.preventDefault();
  token.set($('token').value.trim());
  try {
    await get('/orders?limit=1');
    $('token').value = '';
    signIn();
  } catch (fault) {
    signOut(fault.status === 401 ? 'The engine does not know this token.' : fault.message);
  }
});

theme(matchMedia('(prefers-color-scheme: dark)').matches);
if (token.get()) signIn();
