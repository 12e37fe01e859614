// The browser test: opens every page of a running server in Chromium, with every other host cut off.
//
//   ECPGRAPH_URL=http://127.0.0.1:8080 npm run test:browser
//
// CHROMIUM names another browser binary. SCREENSHOTS names a directory for pictures of what was seen. Exit code 0 when
// everything holds, 1 when something does not, 2 without ECPGRAPH_URL, 77 when there is no Chromium.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const TIMEOUT = 60_000; // the first start of GraphiQL's editor takes seconds on a small machine

const base = process.env.ECPGRAPH_URL?.replace(/\/+$/, '');
if (!base) {
  console.error('ECPGRAPH_URL is not set: start a server and give its address, for example http://127.0.0.1:8080');
  process.exit(2);
}
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find(file => file && existsSync(file));
if (!executablePath) {
  console.error('SKIPPED: NO CHROMIUM ON THIS MACHINE, THE PAGES WERE NOT TESTED. Install it (apt-get install chromium) or set CHROMIUM.');
  process.exit(77);
}

const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
console.log(`browser: ${executablePath}, version ${browser.version()}`);

const outside = []; // requests to other hosts, all of them refused
const complaints = []; // console errors, refusals by the content security policy, uncaught exceptions

/** Opens a page in a fresh profile that can reach nothing but the server. */
async function freshPage(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const local = url => url.origin === new URL(base).origin || ['data:', 'blob:'].includes(url.protocol);
  await context.route(url => !local(url), route => {
    outside.push(route.request().url());
    return route.abort();
  });
  await context.routeWebSocket(url => url.host !== new URL(base).host, socket => {
    outside.push(socket.url());
    socket.close();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(`${page.url()}: ${message.text()}`));
  page.on('pageerror', err => complaints.push(`${page.url()}: ${err.stack ?? err}`));
  page.on('crash', () => complaints.push(`${page.url()}: the page crashed`));
  return page;
}

async function picture(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) });
}

let failed = 0;

async function check(name, run) {
  const started = performance.now();
  try {
    await run();
    console.log(`ok    ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (err) {
    failed++;
    console.error(`FAIL  ${name}\n${err.stack ?? err}`);
  }
}

async function examples() {
  const response = await fetch(`${base}/examples.json`);
  return response.ok ? response.json() : [];
}

/** Whether the page lists the examples as the server groups them, with headings, questions and explanations. */
async function showsGroups(page) {
  const wanted = [];
  for (const { group, title, description } of await examples()) {
    if (wanted.at(-1)?.group !== group) wanted.push({ group, questions: [] });
    wanted.at(-1).questions.push([title, description.replaceAll('`', '')].filter(Boolean));
  }
  if (wanted.length) await page.locator('.examples h3').last().waitFor();
  const shown = await page.locator('.examples section').evaluateAll(sections => sections.map(section => ({
    group: section.querySelector('h3').textContent,
    questions: [...section.querySelectorAll('li')].map(item => [...item.children].map(child => child.textContent)),
  })));
  assert.deepEqual(shown, wanted);
}

/** Text of an editor. Monaco shows spaces as U+00A0, and draws only the lines in view. */
const textOf = async locator => (await locator.innerText()).replaceAll('\u00a0', ' ');

const editor = page => page.locator('.graphiql-query-editor .view-lines');
const answer = page => page.locator('.graphiql-response .view-lines');

/** How many examples have a tab at the first visit. */
const EXAMPLE_TABS = 4;

/** Waits until the editor starts with the example's query. */
const shows = (page, { query }) => page.waitForFunction(
  ([selector, line]) => document.querySelector(selector)?.textContent.replaceAll('\u00a0', ' ').startsWith(line),
  ['.graphiql-query-editor .view-lines', query.split('\n')[0]]);

/** Waits until the whole element is in view. */
const seen = (page, selector) => page.waitForFunction(selector => new Promise(resolve => {
  new IntersectionObserver(([entry], observer) => {
    observer.disconnect();
    resolve(entry.intersectionRatio > 0.99);
  }).observe(document.querySelector(selector));
}), selector, { timeout: 5000 });

async function openGraphiQL(page, fragment = '') {
  await page.goto(`${base}/graphiql${fragment}`);
  await page.waitForFunction(selector => document.querySelector(selector)?.textContent.includes('{'), '.graphiql-query-editor .view-lines');
}

/** Runs what is in the editor and returns the answer shown. */
async function run(page, wanted) {
  await page.locator('.graphiql-execute-button').click();
  await page.waitForFunction(
    ([selector, text]) => document.querySelector(selector)?.textContent.replaceAll('\u00a0', ' ').includes(text),
    ['.graphiql-response .view-lines', wanted]);
  return textOf(answer(page));
}

await check('landing page', async () => {
  const page = await freshPage();
  await page.goto(base);
  assert.match(await page.title(), /ecpgraph/);
  for (const href of ['/graphiql', '/explore', '/schema.graphql', '/healthz', '/version']) {
    assert.ok(await page.locator(`a[href="${href}"]`).count(), `no link to ${href}`);
  }
  assert.ok((await page.locator('pre').innerText()).includes(base), 'the cURL example does not name this server');
  await page.locator('.counts a').first().waitFor();
  await showsGroups(page);
  await picture(page, 'landing');
  const list = await examples();
  const groups = new Set(list.map(({ group }) => group)).size;
  assert.equal(await page.locator('#examples .chips a').count(), groups, 'one link to each group');
  // The last question has no tab at the first visit, the first has one.
  for (const [at, tabs] of list.length ? [[list.length - 1, EXAMPLE_TABS + 1], [0, EXAMPLE_TABS]] : []) {
    const other = await freshPage();
    await other.goto(base);
    await other.locator('#examples .chips a').last().click();
    await seen(other, '.examples section:last-child h3');
    await other.locator('.examples a').nth(at).click();
    await shows(other, list[at]);
    assert.equal(await other.locator('.graphiql-tab').count(), tabs, 'no example has two tabs');
  }
});

await check('GraphiQL: examples, query, answer', async () => {
  const page = await freshPage();
  const list = await examples();
  await openGraphiQL(page);
  const tabs = page.locator('.graphiql-tab');
  const atFirst = Math.max(Math.min(list.length, EXAMPLE_TABS), 1);
  assert.equal(await tabs.count(), atFirst, 'the first examples have tabs');
  await seen(page, '.graphiql-tabs > :last-child');
  if (list.length) {
    await shows(page, list[0]);
    await showsGroups(page);
  }
  const text = await run(page, '"data"');
  assert.ok(!text.includes('"errors"'), text);
  await picture(page, 'graphiql');

  await page.reload();
  await editor(page).waitFor();
  assert.equal(await tabs.count(), atFirst, 'a reload keeps the tabs');

  if (list.length) {
    await page.getByRole('button', { name: 'Hide Examples' }).click();
    await page.reload();
    await editor(page).waitFor();
    await page.getByRole('button', { name: 'Show Examples' }).waitFor();
    assert.equal(await page.locator('.examples').count(), 0, 'a pane that was closed stays closed');
  }
});

await check('GraphiQL: documentation, explorer, history, examples pane', async () => {
  const page = await freshPage();
  await openGraphiQL(page);
  await run(page, '"data"');
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.locator('.graphiql-doc-explorer-content').getByText('Query', { exact: true }).first().waitFor();
  await picture(page, 'graphiql-docs');
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  await page.locator('.graphiql-explorer-root').getByText('node', { exact: true }).first().waitFor();
  await picture(page, 'graphiql-explorer');
  await page.getByRole('button', { name: 'Show History' }).click();
  await page.locator('.graphiql-history-item').first().waitFor();
  const list = await examples();
  if (list.length) {
    await page.getByRole('button', { name: 'Show Examples' }).click();
    await showsGroups(page);
    const entries = page.locator('.examples button');
    assert.equal(await entries.count(), list.length);
    const tabs = page.locator('.graphiql-tab');
    for (const [i, example] of list.entries()) {
      await entries.nth(i).click();
      await page.locator('.examples button[aria-current="true"]').filter({ hasText: example.title }).waitFor();
      await shows(page, example);
      assert.equal(await tabs.count(), Math.max(i + 1, EXAMPLE_TABS), 'one click opens an example in a tab, and only once');
    }
    await entries.first().click();
    await shows(page, list[0]);
    await entries.last().click();
    await shows(page, list.at(-1));
    assert.equal(await tabs.count(), list.length, 'an example that is open gets no second tab');
    await tabs.last().locator('.graphiql-tab-close').click();
    await entries.last().click();
    await shows(page, list.at(-1));
    assert.equal(await tabs.count(), list.length, 'an example that was closed opens again');
    const name = /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(list.at(-1).query)?.[1];
    if (name) await tabs.last().getByText(name, { exact: true }).waitFor();
    await seen(page, '.graphiql-tab-active');
    await picture(page, 'graphiql-examples');
  }
});

await check('GraphiQL: completion and validation come from the schema', async () => {
  const page = await freshPage();
  await openGraphiQL(page);
  await page.locator('.graphiql-tab-add').click();
  await page.locator('.graphiql-query-editor').click();
  await page.keyboard.type('{ nod');
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget .monaco-list-row', { hasText: 'node' }).first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('{ noSuchField }');
  await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
});

await check('GraphiQL: share link, cURL command', async () => {
  const page = await freshPage({ permissions: ['clipboard-read', 'clipboard-write'] });
  await openGraphiQL(page);
  await page.getByRole('button', { name: 'Copy as cURL' }).click();
  await page.getByRole('status').filter({ hasText: 'copied' }).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl 'http[^']+' \\\n.*-H 'content-type: application\/json'/s);
  const shown = await textOf(editor(page));
  await page.getByRole('button', { name: 'Copy link to this query' }).click();
  await page.getByRole('status').filter({ hasText: 'Link copied' }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(`${base}/graphiql#q=`), link);

  const other = await freshPage();
  await openGraphiQL(other, new URL(link).hash);
  assert.equal(await textOf(editor(other)), shown, 'the link brings the query back in another browser');
  assert.equal(new URL(other.url()).hash, '', 'the fragment is gone once it was read');
});

await check('subscription over WebSocket', async () => {
  const page = await freshPage();
  const opened = page.waitForEvent('websocket');
  await openGraphiQL(page);
  await page.locator('.graphiql-tab-add').click();
  await page.locator('.graphiql-query-editor').click();
  await page.keyboard.type('subscription { revision { number }');
  await page.waitForTimeout(500); // GraphiQL looks at a changed query after 100 ms, and until then would run the last one
  await page.locator('.graphiql-execute-button').click();
  const socket = await opened;
  const frame = await socket.waitForEvent('framereceived', { predicate: data => /connection_ack|next/.test(String(data.payload)) });
  assert.match(String(frame.payload), /"type":"(connection_ack|next)"/);
});

await check('explorer: types, list, node, relation, query in GraphiQL', async () => {
  const page = await freshPage();
  await page.goto(`${base}/explore`);
  await page.locator('.cards .count').first().waitFor();
  const counts = (await page.locator('.cards .count').allInnerTexts()).map(text => Number(text.replaceAll(',', '')));
  await picture(page, 'explore');
  // The most frequent type, whose nodes are the likeliest to have links.
  await page.locator('.cards li').filter({ has: page.locator('.count') }).nth(counts.indexOf(Math.max(...counts))).locator('a').click();
  const first = page.locator('.nodes a').first();
  await first.waitFor();
  await picture(page, 'explore-list');
  const name = await first.innerText();
  await first.click();
  await page.locator('article h1').filter({ hasText: name }).waitFor();
  await page.waitForLoadState('networkidle');
  assert.equal(await page.locator('.problem').count(), 0, await page.locator('main').innerText());
  const relation = page.locator('article section').filter({ has: page.locator('.links') }).first();
  assert.ok(await relation.locator('.links a').count(), 'no relation shows a link');
  await picture(page, 'explore-node');
  await page.getByRole('link', { name: 'Open this query in GraphiQL' }).and(page.locator('[href*="#q="]')).click();
  await page.waitForFunction(selector => document.querySelector(selector)?.textContent.includes('{'), '.graphiql-query-editor .view-lines');
  const text = await run(page, '"data"');
  assert.ok(!text.includes('"errors"'), text);
});

/** Opens the page of a node, which must have no problem to show. */
async function openNode(page, type, id) {
  await page.goto(`${base}/explore#/${type}/${id}`);
  await page.locator('article h1').waitFor();
  await page.waitForLoadState('networkidle');
  assert.equal(await page.locator('.problem').count(), 0, await page.locator('main').innerText());
}

/** A section of a node's page, by its heading. */
const sectionOf = (page, title) => page.locator('article section').filter({ has: page.locator('h2', { hasText: new RegExp(`^${title}\\b`) }) });

/** The answer of the server to a query. */
async function ask(query) {
  const response = await fetch(`${base}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

await check('explorer: what rules conclude stands apart from what documents state', async () => {
  const { node } = await ask(`{ node(id: "strategic-goal:1") { ... on StrategicGoal {
    stated: supportingPackages(link: { basis: { eq: STATED } }) { totalCount }
    derived: supportingPackages(link: { basis: { eq: DERIVED } }) { totalCount edges { link { rule { id name } premises { citations { locator } } } } }
  } } }`);
  assert.ok(node.stated.totalCount > 0 && node.derived.totalCount > 0, 'this goal is no longer an example of both');
  const page = await freshPage();
  await openNode(page, 'StrategicGoal', 'strategic-goal:1');
  const section = sectionOf(page, 'Supporting packages');
  const concluded = section.locator('.concluded');
  await concluded.getByText('Concluded by rules, stated by no document').waitFor();
  assert.equal(await concluded.locator('.links > li').count(), node.derived.totalCount);
  assert.equal(await section.locator(':scope > div:not(.concluded) .links > li').count(), node.stated.totalCount);
  assert.equal(await section.locator(':scope > div:not(.concluded) .links > li > .citations').count(), node.stated.totalCount, 'each stated link shows its passages');
  assert.equal(await concluded.locator('.links > li > .citations').count(), 0, 'no derived link shows a passage as its own');
  const proof = concluded.locator('.proof').first();
  const { rule, premises } = node.derived.edges[0].link;
  assert.equal(await proof.locator('summary a').innerText(), rule.name);
  await proof.locator('summary').click({ position: { x: 4, y: 8 } });
  assert.equal(await proof.locator('ol > li:visible').count(), premises.length);
  assert.ok((await proof.innerText()).includes(premises.find(({ citations }) => citations.length).citations[0].locator), 'the passages of the premises are shown');
  await picture(page, 'explore-goal');
  await proof.locator('summary a').click();
  await page.locator('article h1').filter({ hasText: rule.name }).waitFor();
  assert.match(await page.locator('.unstated').innerText(), /No document states it/);
  assert.equal(await page.getByRole('heading', { name: 'Stated in' }).count(), 0, 'a rule is stated in no document');
  await picture(page, 'explore-rule');
});

await check('explorer: states, versions and passages', async () => {
  const { node, document } = await ask(`{
    node(id: "tool:transit-guidelines") { ... on Tool { name statusHistory { totalCount items { document { name } } } } }
    document: node(id: "document:ecp-action-plan-phase-iii") { ... on Document { passages(limit: 500) { locator } } }
  }`);
  const page = await freshPage();
  await openNode(page, 'Tool', 'tool:transit-guidelines');
  const states = sectionOf(page, 'Status history').locator('.links > li');
  assert.equal(await states.count(), node.statusHistory.totalCount);
  assert.ok((await states.first().innerText()).includes(node.statusHistory.items[0].document.name));
  assert.equal(await page.locator('.versions').count(), 0, 'the history is read when it is asked for');
  await page.locator('.folded summary').filter({ hasText: 'History' }).click();
  await page.locator('.versions ins').filter({ hasText: node.name }).first().waitFor();
  assert.match(await page.locator('.versions').innerText(), /created in revision 1,/);
  await picture(page, 'explore-tool');

  await openNode(page, 'Document', 'document:ecp-action-plan-phase-iii');
  await page.locator('.folded summary').filter({ hasText: 'Passages' }).click();
  await page.locator('.passages li').first().waitFor();
  assert.deepEqual(await page.locator('.passages b').allInnerTexts(), document.passages.slice(0, 100).map(({ locator }) => locator));
  await picture(page, 'explore-passages');
});

await check('explorer: unknown pages say so', async () => {
  const page = await freshPage();
  await page.goto(`${base}/explore#/NoSuchType`);
  await page.locator('.problem').waitFor();
  await page.goto(`${base}/explore#/%E0%A4%A`);
  await page.locator('.problem').waitFor();
});

await check('dark mode', async () => {
  const page = await freshPage({ colorScheme: 'dark' });
  await page.goto(base);
  await page.locator('.counts a').first().waitFor();
  await picture(page, 'landing-dark');
  await page.goto(`${base}/explore`);
  await page.locator('.cards li').first().waitFor();
  await picture(page, 'explore-dark');
  await openGraphiQL(page);
  await picture(page, 'graphiql-dark');
  const background = await page.evaluate(() => getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor);
  assert.ok(Math.max(...background.match(/\d+/g).slice(0, 3).map(Number)) < 100, `GraphiQL is not dark: ${background}`);
});

await check('no request to another host', () => assert.deepEqual(outside, []));
await check('clean console under the content security policy', () => assert.deepEqual(complaints, []));

await browser.close();
process.exit(failed ? 1 : 0);
