// What console.sh says. Every step waits for what is to be seen, and fails after ten seconds without.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const [origin, folder] = process.argv.slice(2);
const tokenOf = async role => (await fetch(`${origin}/dev/token?role=${role}`)).text();
const operator = await tokenOf('operator');
const call = async (method, path, body) => {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${operator}`, 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
    body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
};
const order = (items, customer = 'c-console') =>
  call('POST', '/orders', { customer_id: customer, items, payment_method: 'credit_card', payment_token: 'tok_visa' });
const small = () => order([{ product_id: 'sku-0001', quantity: 1 }]);
// A scarce product and more than 5,000 USD: SYS.05.02 wants a review.
const large = () => order([{ product_id: 'sku-0099', quantity: 50 }, { product_id: 'sku-0100', quantity: 1 }], `c-${crypto.randomUUID().slice(0, 8)}`);

// So that a screenshot has something to show.
const load = async millis => {
  const end = Date.now() + millis;
  const client = async () => { while (Date.now() < end) await small(); };
  await Promise.all(Array.from({ length: 8 }, client));
};

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
});
let faults = [];
const step = async (name, act) => {
  try {
    await act();
  } catch (fault) {
    throw new Error(`${name}: ${fault.message}`);
  }
  assert.deepEqual(faults, [], `${name}: the page has errors`);
  console.log(`seen: ${name}`);
};

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', fault => faults.push(String(fault)));
  page.on('console', message => message.type() === 'error' && !/status of 40[134]/.test(message.text()) && faults.push(message.text()));
  page.on('request', request => new URL(request.url()).origin === origin || faults.push(`asked ${request.url()}`));
  await page.goto(`${origin}/console`);
  return page;
}
const signIn = async (page, token) => {
  await page.fill('#token', token);
  await page.click('#sign-in button');
};
const shot = (page, name) => folder && page.screenshot({ path: `${folder}/${name}.png` });
const text = (page, selector, wanted) => page.locator(selector).filter({ hasText: wanted }).first().waitFor();

try {
  const page = await open({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
  await step('a token that is none is refused in words', async () => {
    await signIn(page, 'nonsense');
    await text(page, '#sign-in-fault', 'does not know this token');
  });
  await step('figures live over SSE', async () => {
    await signIn(page, operator);
    await text(page, '#live', 'live');
    await text(page, 'main', 'order creation');
  });
  await step('an order that comes in, live', async () => {
    const placed = await small();
    await page.locator(`.feed a[title="${placed.order_id}"]`).first().waitFor();
    for (let i = 0; i < 60; i++) await small();
    await page.waitForFunction(() => /[1-9]/.test(document.querySelector('.tile b').textContent));
    if (folder) await load(40_000);
    await shot(page, 'console-overview');
  });
  const [approved, rejected] = [await large(), await large()];
  await step('the review queue: approved by mouse', async () => {
    await page.click('#tabs a[href="#review"]');
    const row = page.locator(`tr[data-order="${approved.order_id}"]`);
    await row.waitFor();
    await shot(page, 'console-review');
    await row.locator('.approve').click();
    await page.fill('#note', 'known customer');
    await page.click('#confirm');
    await row.waitFor({ state: 'detached' });
  });
  await step('the review queue: rejected by keys', async () => {
    await page.keyboard.press('2');
    const row = page.locator(`tr[data-order="${rejected.order_id}"]`);
    await row.waitFor();
    while (!(await row.evaluate(one => one === document.activeElement))) await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.locator('#note').waitFor();
    await page.keyboard.press('Enter');
    await row.waitFor({ state: 'detached' });
    assert.equal((await call('GET', `/orders/${rejected.order_id}`)).status, 'rejected');
  });
  await step('a timeline from the events of an order', async () => {
    await page.keyboard.press('/');
    await page.fill('#find', approved.order_id);
    await page.keyboard.press('Enter');
    for (const type of ['order.placed', 'order.review_required', 'order.approved', 'payment.captured']) await text(page, 'ol.timeline', type);
    await text(page, 'ol.timeline', 'known customer');
    await shot(page, 'console-timeline');
  });
  if (process.env.DATABASE_URL) {
    await step('dead letters, redriven', async () => {
      const id = approved.order_id;
      execFileSync('psql', [process.env.DATABASE_URL, '-qXc', `INSERT INTO outbox (shard, order_id, sequence, attempts, last_error, set_aside_at)
        VALUES (outbox_shard('${id}'), '${id}', 1, 10, 'InvalidMessageContents', now())`]);
      await page.keyboard.press('Escape');
      await page.click('#tabs a[href="#dead"]');
      await text(page, 'main', 'InvalidMessageContents');
      await shot(page, 'console-dead-letters');
      await page.click('tr[data-source="outbox"] button');
      await page.click('#confirm');
      await text(page, '#toasts', '1 of outbox are tried again');
      await text(page, 'tr[data-source="outbox"]', '0');
    });
  } else {
    console.log('left out: dead letters, for there is no DATABASE_URL');
  }
  await step('rules in force, and a log level changed', async () => {
    await page.click('#tabs a[href="#engine"]');
    await text(page, 'main', 'SYS.05.02');
    await page.fill('[aria-label="Logger"]', 'dev.orderengine.money');
    await page.click('main form button');
    await text(page, 'main td', 'dev.orderengine.money');
    await shot(page, 'console-engine');
  });
  await step('signed out, the token is gone', async () => {
    await page.click('#sign-out');
    await page.locator('#token').waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
  });

  const phone = await open({ viewport: { width: 375, height: 760 }, colorScheme: 'dark', deviceScaleFactor: 2 });
  await step('on a phone in the dark, nothing is wider than the screen', async () => {
    await signIn(phone, operator);
    await text(phone, '#live', 'live');
    await text(phone, 'main', 'order creation');
    await phone.waitForTimeout(folder ? 6_000 : 0);
    for (const view of ['overview', 'review', 'orders', `orders/${approved.order_id}`, 'dead', 'engine']) {
      await phone.evaluate(hash => { location.hash = hash; }, view);
      await phone.locator('main .card').first().waitFor();
      const width = await phone.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 375, `${view} is ${width} px wide`);
    }
    await phone.evaluate(() => { location.hash = 'overview'; });
    await text(phone, 'main', 'order creation');
    await shot(phone, 'console-phone');
  });
  await step('a reviewer sees the queue, and is told what he may not see', async () => {
    const reviewer = await open({ viewport: { width: 1280, height: 860 }, colorScheme: 'dark' });
    await signIn(reviewer, await tokenOf('reviewer'));
    await text(reviewer, '#live', 'no figures');
    await reviewer.keyboard.press('2');
    await text(reviewer, 'main', 'wait for a decision');
    await reviewer.keyboard.press('4');
    await text(reviewer, 'main', 'Your role lacks the scope');
  });
  await step('the audit log is verified, by admins only', async () => {
    const page = await open({ viewport: { width: 1280, height: 860 } });
    await signIn(page, operator);
    await text(page, '#live', 'live');
    await page.keyboard.press('5');
    await page.click('#verify');
    await text(page, 'main', 'Only admins may verify');
    const admin = await open({ viewport: { width: 1280, height: 860 } });
    await signIn(admin, await tokenOf('admin'));
    await text(admin, '#live', 'live');
    await admin.keyboard.press('5');
    await admin.click('#verify');
    await text(admin, 'main', 'Intact');
  });
} finally {
  await browser.close();
}
