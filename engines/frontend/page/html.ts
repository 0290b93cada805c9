/** The page without its data. */
export const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nautilus</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<header>
  <h1>Nautilus</h1>
  <span id="profile"></span>
  <span id="state" role="status" class="pill">asking</span>
</header>
<main>
  <section id="market" aria-label="Market">
    <h2><span id="symbol">Market</span> <small id="market-time"></small></h2>
    <p id="last" class="figure" aria-label="Last price">–</p>
    <dl>
      <div><dt>Bid</dt><dd id="bid">–</dd></div>
      <div><dt>Ask</dt><dd id="ask">–</dd></div>
      <div><dt>Spread</dt><dd id="spread">–</dd></div>
    </dl>
    <svg id="chart" viewBox="0 0 600 140" preserveAspectRatio="none" role="img" aria-label="Closing prices of finished bars"><polyline id="line"></polyline></svg>
    <p id="chart-range" class="faint"></p>
  </section>
  <div class="stack">
    <section aria-label="Positions">
      <h2>Positions</h2>
      <div class="scroll"><table id="positions"></table></div>
    </section>
    <section aria-label="Last orders">
      <h2>Last orders <small id="orders-total"></small></h2>
      <div class="scroll"><table id="orders"></table></div>
    </section>
  </div>
  <section id="platform" aria-label="Services">
    <h2>Services <small id="services-total"></small></h2>
    <ul id="services"></ul>
  </section>
</main>
<script src="/page.js"></script>
</html>
`;
