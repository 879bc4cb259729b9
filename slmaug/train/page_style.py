"""The style sheet of report.html: light and dark by the reader's setting, one column where the screen is narrow."""

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1c1e21; --quiet: #5c6370; --line: #dfe2e7;
  --block: #f5f6f8; --accent: #0072b2; --lacks: #c9efd2; --wrong: #ffd3cc; --trained: #d3e8f7; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16181c; --text: #e6e8eb; --quiet: #9aa2ae; --line: #343941; --block: #1f2228;
    --accent: #56b4e9; --lacks: #17502b; --wrong: #6e2a22; --trained: #1b4360; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 66rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.9rem; margin: .5rem 0 0; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h4 { font-size: .78rem; font-weight: 600; margin: 0 0 .25rem; color: var(--quiet); }
p { margin: .4rem 0; }
small, header p { color: var(--quiet); }
h3 small { font-weight: 400; margin-left: .6em; }
img { display: block; width: 100%; max-width: 50rem; background: #fff; border-radius: .5rem; padding: .5rem; }
pre, code { font: .86rem/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0; padding: .6rem .75rem; background: var(--block); border-radius: .4rem; white-space: pre-wrap;
  overflow-wrap: anywhere; tab-size: 4; }
mark { color: inherit; border-radius: .2em; padding: .05em .1em; }
mark.lacks { background: var(--lacks); }
mark.wrong { background: var(--wrong); }
mark.trained { background: var(--trained); border-radius: 0; padding: 0; }
.headline { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin-top: 1.2rem; }
.headline > div { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; align-items: center; }
.headline strong { font-size: 3rem; line-height: 1.15; color: var(--accent); font-variant-numeric: tabular-nums; }
.headline p { flex: 1 1 16rem; margin: 0; }
.headline p small { display: block; }
.headline ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .75rem 2rem;
  list-style: none; margin: 1rem 0 0; padding: 0; }
.bar { display: block; height: .4rem; margin-top: .35rem; border-radius: .2rem; background: var(--line);
  overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--accent); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); }
tbody th, .facts th { font-weight: 400; color: var(--quiet); }
.figures td, .figures thead th { text-align: right; padding-right: 0; padding-left: 1.2rem;
  font-variant-numeric: tabular-nums; }
.figures td small { white-space: nowrap; }
.weak td:first-child { white-space: nowrap; width: 1%; }
article { border-top: 1px solid var(--line); padding: .9rem 0 1rem; }
article p { color: var(--quiet); font-size: .92rem; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .75rem; }
.facts { columns: 2; column-gap: 2.5rem; }
.facts > div { break-inside: avoid; margin-bottom: 1.4rem; }
.facts table { table-layout: fixed; font-size: .92rem; }
.facts th, .facts td { overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  body { padding: .75rem .9rem 3rem; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  .facts { columns: 1; }
  .figures td small { display: block; }
  .headline strong { font-size: 2.5rem; }
}
@media print { body { max-width: none; } article { break-inside: avoid; } }
"""
