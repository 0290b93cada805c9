import type { Browser, Page } from 'playwright-core';
import { type LocalRun, startLocal } from '../local/local-run';
import { launch, missing } from './chromium';

if (missing) process.stderr.write(`the browser rung cannot run here: ${missing}\n`);

(missing ? describe.skip : describe)('the page of an engine', () => {
  let run: LocalRun;
  let browser: Browser;
  let page: Page;
  const failures: string[] = [];

  beforeAll(async () => {
    run = await startLocal({ portOffset: 22_500 });
    browser = await launch();
    page = await browser.newPage();
    page.on('pageerror', (error) => failures.push(error.message));
    await page.goto(run.address('oms'));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await run?.stop();
  }, 60_000);

  test('says which engine it is and that it is ready', async () => {
    await page
      .getByRole('status')
      .filter({ hasText: /^ready$/ })
      .waitFor();
    expect(await page.title()).toBe('Nautilus oms');
  });

  test('lists the routes, and a link leads to live data', async () => {
    const link = page.getByRole('link', { name: '/api/v1/state', exact: true });
    const answer = await page.request.get(`${run.address('oms')}${await link.getAttribute('href')}`);
    expect(await answer.json()).toMatchObject({ stateHash: expect.any(String) });
  });

  test('shows the latency of an order that has just been worked', async () => {
    await run.send({ clientOrderId: 'seen', quantity: 3 });
    await run.filled('seen');
    await page.locator('#hops tr', { hasText: 'ems→oms' }).filter({ hasText: /ms|µs/ }).waitFor();
  }, 60_000);

  test('says so when the engine is gone', async () => {
    await run.stop();
    await page.getByRole('status').filter({ hasText: 'does not answer' }).waitFor();
  }, 60_000);

  test('no script of the page failed', () => {
    expect(failures).toEqual([]);
  });
});
