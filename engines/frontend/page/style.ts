export const style = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #0f1419);
  --card: light-dark(#fff, #171d24);
  --line: light-dark(#e3e6ea, #2a323c);
  --text: light-dark(#1b222b, #e4e9ef);
  --faint: light-dark(#647080, #8b97a5);
  --good: light-dark(#1a7f37, #3fb950);
  --bad: light-dark(#b42318, #f47067);
  --idle: light-dark(#8a5a00, #d9a441);
  --accent: light-dark(#1f5fbf, #6aa8ff);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; align-items: center; gap: .8rem; padding: .8rem 1.2rem; border-bottom: 1px solid var(--line); background: var(--card); }
h1 { font-size: 1.15rem; margin: 0; letter-spacing: .02em; }
#profile { color: var(--faint); margin-right: auto; }
.pill { padding: .15rem .7rem; border-radius: 1rem; border: 1px solid currentColor; color: var(--faint); }
.pill.good { color: var(--good); } .pill.bad { color: var(--bad); }
main { display: grid; gap: 1rem; padding: 1rem 1.2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); align-items: start; max-width: 100rem; margin: 0 auto; }
#platform { grid-column: 1 / -1; }
.stack { display: grid; gap: 1rem; min-width: 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem 1.1rem; min-width: 0; }
h2 { font-size: .95rem; margin: 0 0 .6rem; }
small, .faint { color: var(--faint); font-weight: 400; font-size: .85rem; }
.figure { font-size: 2.2rem; font-variant-numeric: tabular-nums; margin: 0 0 .4rem; line-height: 1.1; }
dl { display: flex; gap: 2rem; margin: 0 0 .8rem; } dt { color: var(--faint); font-size: .8rem; } dd { margin: 0; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: 8rem; display: block; } polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.faint { margin: .3rem 0 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; white-space: nowrap; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 500; font-size: .8rem; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
th:last-child, td:last-child { padding-right: 0; }
.good { color: var(--good); } .bad { color: var(--bad); } .idle { color: var(--idle); }
ul { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .5rem; }
li { border: 1px solid var(--line); border-radius: .45rem; padding: .45rem .65rem; min-width: 0; }
li b { display: flex; gap: .4rem; align-items: center; font-weight: 600; }
li b::before { content: ''; width: .55rem; height: .55rem; border-radius: 50%; background: var(--faint); flex: none; }
li[data-state='ready'] b::before, li[data-state='listening'] b::before { background: var(--good); }
li[data-state='unreachable'] b::before { background: var(--bad); }
li[data-state='not ready'] b::before, li[data-domain='false'] b::before { background: var(--idle); }
li p { margin: .1rem 0 0; color: var(--faint); font-size: .8rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
`;
