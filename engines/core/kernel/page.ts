/** The page at an engine's root: what it says of itself, for a person with a browser. It reads the same routes as anyone. */
export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nautilus</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --faint: color-mix(in srgb, CanvasText 55%, Canvas); --line: color-mix(in srgb, CanvasText 15%, Canvas); }
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
  #purpose { color: var(--faint); margin: 0 0 1rem; }
  #state { font-size: .85rem; border-radius: 1rem; padding: .15rem .7rem; margin-left: .6rem; vertical-align: middle; color: #fff; background: #777; }
  #state.ready { background: #1a7f37; } #state.down { background: #b42318; }
  table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
  th { font-weight: 600; color: var(--faint); } td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; } code { font-size: .9em; }
</style>
<h1><span id="service">Nautilus</span><span id="state" role="status">asking</span></h1>
<p id="purpose"></p>
<h2>Process</h2><table id="status"></table>
<h2>Latency of each hop</h2><table id="hops"></table>
<h2>Routes</h2><table id="routes"></table>
<script>
  const at = (id) => document.getElementById(id);
  const text = (tag, value, className) => Object.assign(document.createElement(tag), { textContent: value, className: className ?? '' });
  const row = (...cells) => { const tr = document.createElement('tr'); tr.append(...cells); return tr; };
  const time = (ns) => ns === null ? '–' : ns < 1e3 ? ns.toFixed(0) + ' ns' : ns < 1e6 ? (ns / 1e3).toFixed(1) + ' µs' : (ns / 1e6).toFixed(1) + ' ms';
  const fact = ({ value, origin, reason }) => value === null ? 'unknown: ' + reason : value + ' (' + origin + ')';
  const flat = (value, path) => value !== null && typeof value === 'object'
    ? 'origin' in value ? [[path, fact(value)]] : Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? path + '.' + key : key)) : [[path, value === null ? 'unknown' : String(value)]];
  const json = async (path) => (await fetch(path)).json();

  async function describe() {
    const { info, paths } = await json('/openapi.json');
    document.title = info.title;
    at('service').textContent = info.title;
    at('purpose').textContent = info.description;
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { summary }]) => {
      const cell = document.createElement('td'), shown = text('code', path);
      const link = Object.assign(document.createElement('a'), { href: path });
      cell.append(method === 'get' && !path.includes('{') ? (link.append(shown), link) : shown);
      return row(text('td', method.toUpperCase()), cell, text('td', summary ?? ''));
    }));
    at('routes').replaceChildren(row(...['method', 'path', 'what'].map((head) => text('th', head))), ...routes);
  }

  async function refresh() {
    try {
      const [ready, status, { hops }] = await Promise.all(['/ready', '/m4-max/status', '/api/v1/latency'].map(json));
      at('state').textContent = ready.ready ? 'ready' : 'not ready: ' + ready.reason;
      at('state').className = ready.ready ? 'ready' : '';
      at('status').replaceChildren(...flat(status, '').map(([key, value]) => row(text('th', key), text('td', value))));
      at('hops').replaceChildren(row(text('th', 'hop'), ...['samples', 'p50', 'p99', 'largest'].map((head) => text('th', head, 'number'))),
        ...Object.entries(hops).map(([hop, { count, p50Ns, p99Ns, maxNs }]) =>
          row(text('td', hop), text('td', count.toLocaleString('en-US'), 'number'), ...[p50Ns, p99Ns, maxNs].map((ns) => text('td', time(ns), 'number')))));
    } catch {
      at('state').textContent = 'does not answer';
      at('state').className = 'down';
    }
    setTimeout(refresh, 1000);
  }
  describe().catch(() => {}).finally(refresh);
</script>
</html>
`;
