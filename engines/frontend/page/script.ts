/** Reads the same API as anyone and shows what it says; a part that does not answer is shown as unknown, not as it was. */
export const script = `'use strict';
const at = (id) => document.getElementById(id);
const unknown = '–';
const cell = (value, className) => Object.assign(document.createElement('td'), { textContent: value, className: className || '' });
const head = ([text, className]) => Object.assign(document.createElement('th'), { textContent: text, className: className || '', scope: 'col' });
const row = (cells) => { const tr = document.createElement('tr'); tr.append(...cells); return tr; };
const fixed = (value) => value === null || value === undefined ? unknown
  : value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = (value) => value === null || value === undefined ? unknown : value.toLocaleString('en-US');
const sign = (value) => value > 0 ? 'number good' : value < 0 ? 'number bad' : 'number';
const clock = (timeNs) => new Date(Math.floor(timeNs / 1e6)).toISOString().slice(11, 19);

/** The answer, or undefined when there is none. By origin: an address with a name and password in it is none to fetch from. */
async function ask(path) {
  try {
    const response = await fetch(location.origin + path, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(5000) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function table(id, columns, rows, empty) {
  const none = cell(empty, 'faint');
  none.colSpan = columns.length;
  at(id).replaceChildren(row(columns.map(head)), ...(rows.length > 0 ? rows.map(row) : [row([none])]));
}

let symbol;

async function showMarket() {
  if (symbol === undefined) {
    const known = await ask('/api/v1/marketdata/symbols');
    const traded = known && (known.symbols.find(({ feed }) => feed !== null) || known.symbols[0]);
    if (traded) symbol = traded.symbol;
  }
  const quote = symbol && await ask('/api/v1/marketdata/snapshot/' + encodeURIComponent(symbol) + '?levels=1');
  at('symbol').textContent = symbol || 'Market';
  at('market-time').textContent = quote ? 'market time ' + clock(quote.timeNs) : 'market data does not answer';
  at('last').textContent = quote ? fixed(quote.last) : unknown;
  const side = (price, quantity) => quote && price !== null ? fixed(price) + ' × ' + whole(quantity) : unknown;
  at('bid').textContent = side(quote && quote.bid, quote && quote.bidQuantity);
  at('ask').textContent = side(quote && quote.ask, quote && quote.askQuantity);
  at('spread').textContent = quote && quote.bid !== null && quote.ask !== null ? fixed(quote.ask - quote.bid) : unknown;
}

async function showChart() {
  const answer = symbol && await ask('/api/v1/marketdata/bars/' + encodeURIComponent(symbol) + '?kind=time&size=60&limit=240');
  const closes = answer ? answer.bars.map(({ close }) => close) : [];
  const [low, high] = [Math.min(...closes), Math.max(...closes)];
  const enough = closes.length > 1;
  const x = (index) => (600 * index / (closes.length - 1)).toFixed(1);
  const y = (close) => (high === low ? 70 : 134 - 128 * (close - low) / (high - low)).toFixed(1);
  at('line').setAttribute('points', enough ? closes.map((close, index) => x(index) + ',' + y(close)).join(' ') : '');
  at('chart-range').textContent = enough
    ? closes.length + ' minutes of market time, from ' + fixed(low) + ' to ' + fixed(high) : answer ? 'no finished bars yet' : '';
}

async function showPositions() {
  const answer = await ask('/api/v1/positions');
  table('positions',
    [['account'], ['symbol'], ['quantity', 'number'], ['average', 'number'], ['mark', 'number'], ['realised', 'number'], ['unrealised', 'number']],
    (answer ? answer.positions : []).map((position) => [
      cell(position.account), cell(position.symbol), cell(whole(position.quantity), 'number'), cell(fixed(position.averagePrice), 'number'),
      cell(fixed(position.mark && position.mark.price), 'number'), cell(fixed(position.realised), sign(position.realised)),
      cell(fixed(position.unrealised), sign(position.unrealised)),
    ]), answer ? 'no position is open' : 'positions do not answer');
}

const ends = { filled: 'good', rejected: 'bad', cancelled: 'faint', expired: 'faint' };

async function showOrders() {
  const answer = await ask('/api/v1/orders?limit=10');
  at('orders-total').textContent = answer ? whole(answer.total) + ' in all' : '';
  table('orders',
    [['number', 'number'], ['symbol'], ['side'], ['type'], ['filled', 'number'], ['average', 'number'], ['status']],
    (answer ? answer.orders : []).map((order) => [
      cell(order.orderId, 'number'), cell(order.symbol), cell(order.side), cell(order.algorithm ? order.algorithm.kind : order.type),
      cell(whole(order.filledQuantity) + ' of ' + whole(order.quantity), 'number'), cell(fixed(order.averagePrice), 'number'),
      cell(order.status, ends[order.status]),
    ]), answer ? 'no order yet' : 'orders do not answer');
}

const good = new Set(['ready', 'listening']);

function serviceItem({ name, state, reason, latencyMs, residentBytes, domain }) {
  const item = document.createElement('li');
  item.dataset.state = state;
  item.dataset.domain = String(domain);
  const facts = [state];
  if (latencyMs !== null) facts.push(latencyMs.toFixed(1) + ' ms');
  if (residentBytes !== null) facts.push((residentBytes / 1048576).toFixed(0) + ' MiB');
  item.append(Object.assign(document.createElement('b'), { textContent: name }),
    Object.assign(document.createElement('p'), { textContent: facts.join(' · ') }));
  if (domain === false || !good.has(state)) {
    const why = domain === false ? 'no domain work yet' : reason || 'reason unknown';
    item.append(Object.assign(document.createElement('p'), { textContent: why, title: reason || why }));
  }
  return item;
}

async function showServices() {
  const answer = await ask('/api/v1/platform/services');
  const services = answer ? answer.services : [];
  const well = services.filter(({ state }) => good.has(state)).length;
  at('services').replaceChildren(...services.map(serviceItem));
  at('services-total').textContent = answer ? well + ' of ' + services.length + ' healthy' : 'unknown';
  at('state').textContent = !answer ? 'the API does not answer here' : well === services.length ? 'all healthy' : services.length - well + ' not healthy';
  at('state').className = answer && well === services.length ? 'pill good' : 'pill bad';
}

async function showProfile() {
  const platform = await ask('/api/v1/platform');
  at('profile').textContent = platform ? 'profile ' + platform.profile : '';
  if (!platform) setTimeout(showProfile, 3000);
}

/** Shows again and again, each time so long after the last answer; not while nobody looks. */
async function keep(show, everyMs) {
  if (!document.hidden) await show();
  setTimeout(() => keep(show, everyMs), everyMs);
}

showProfile();
keep(showMarket, 500);
keep(showPositions, 1000);
keep(showOrders, 1000);
keep(showServices, 3000);
keep(showChart, 3000);
`;
