import type { Browser, Page } from 'playwright-core';
import { type LocalRun, startLocal } from '../local/local-run';
import { launch, missing } from './chromium';

if (missing) process.stderr.write(`the browser rung cannot run here: ${missing}\n`);

(missing ? describe.skip : describe)('the page of the platform', () => {
  let run: LocalRun;
  let browser: Browser;
  let page: Page;
  const failures: string[] = [];
  const section = (name: string) => page.getByRole('region', { name });

  beforeAll(async () => {
    run = await startLocal({ portOffset: 12_500 });
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') failures.push(message.text());
    });
    await page.goto(run.address('frontend'));
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await run?.stop();
  }, 60_000);

  test('says that every service is healthy, and which of them do no domain work yet', async () => {
    await page.getByRole('status').filter({ hasText: 'all healthy' }).waitFor();
    const services = section('Services');
    expect(await services.getByRole('listitem').count()).toBe(15);
    await services.getByText('15 of 15 healthy').waitFor();
    expect(await services.getByRole('listitem').filter({ hasText: 'oms' }).textContent()).toContain('ready');
    expect(await services.getByRole('listitem').filter({ hasText: 'analytics' }).textContent()).toContain(
      'no domain work',
    );
  }, 60_000);

  test('follows the market', async () => {
    const price = page.getByLabel('Last price');
    await price.filter({ hasText: /^5\d\d\.\d\d$/ }).waitFor();
    const time = page.locator('#market-time');
    await time.filter({ hasNotText: (await time.textContent()) ?? '' }).waitFor();
  }, 60_000);

  test('shows an order as soon as it is worked, and the position that comes of it', async () => {
    await section('Positions').getByText('no position is open').waitFor();
    await run.send({ clientOrderId: 'seen-on-the-page', quantity: 3 });
    const order = section('Last orders').getByRole('row').filter({ hasText: 'filled' }).filter({ hasText: '3 of 3' });
    await order.waitFor();
    await section('Positions').getByRole('row').filter({ hasText: 'AAPL' }).filter({ hasText: 'main' }).waitFor();
    expect((await run.position()).quantity).toBe(3);
  }, 60_000);

  test('loads nothing from elsewhere, and its policy forbids it', async () => {
    const answer = await page.request.get(run.address('frontend'));
    expect(answer.headers()['content-security-policy']).toContain("default-src 'none'");
    await page.addScriptTag({ content: 'document.title = "taken over"' }).catch(() => undefined);
    expect(await page.title()).toBe('Nautilus');
    failures.splice(0, failures.length, ...failures.filter((text) => !text.includes('Content Security Policy')));
  });

  test('says what it does not know when the engines are gone', async () => {
    const services = await run.status();
    for (const name of ['oms', 'marketdata'])
      process.kill(services.find((service) => service.name === name)!.pid, 'SIGKILL');
    await page.getByRole('status').filter({ hasText: '2 not healthy' }).waitFor();
    await section('Last orders').getByText('orders do not answer').waitFor();
    await page.getByText('market data does not answer').waitFor();
    expect(await page.getByLabel('Last price').textContent()).toBe('–');
    failures.splice(0, failures.length, ...failures.filter((text) => !text.includes('502')));
  }, 60_000);

  test('no script of the page failed', () => {
    expect(failures).toEqual([]);
  });
});
