"""How an exported page looks: light and dark, on paper too."""

CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

LIGHT = ("#0072b2", "#c04f00", "#007a5a", "#b0508a", "#0a96c2", "#9a7400", "#6a4bc0", "#6b6b6b")
DARK = ("#56b4e9", "#e69f00", "#2ec4a0", "#e28fc3", "#7fa8ff", "#f0e442", "#b98cff", "#b5b5b5")
"""The lanes' colours as the window has them, told apart by colour-blind people too. They are said here again, as the
window's own are in a layer above this one. They mark edges; no text has them."""


def _lanes(colors: tuple[str, ...]) -> str:
    return "".join(f".c{n}{{--lane:{color}}}" for n, color in enumerate(colors))


STYLE = f"""
:root{{--window:#f4f4f2;--surface:#fff;--line:#dedcd7;--text:#1d1f22;--muted:#5c6067;--link:#2450b8;--code:#f3f3f0}}
{_lanes(LIGHT)}
@media (prefers-color-scheme:dark){{
:root{{--window:#17181a;--surface:#1e2022;--line:#35383c;--text:#e6e7e9;--muted:#9aa0a8;--link:#8fb0ff;--code:#26292c}}
{_lanes(DARK)}
}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--window);color:var(--text);
font:15px/24px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}}
main{{max-width:1440px;margin:0 auto;padding:32px 24px 64px}}
h1{{font-size:28px;line-height:36px;margin:0 0 32px;overflow-wrap:anywhere}}
h2{{font-size:16px;line-height:24px;margin:0 0 8px}}
h3{{font-size:15px;line-height:24px;margin:0 0 12px;overflow-wrap:anywhere}}
.turn{{margin:0 0 48px}}
.lanes{{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr));gap:16px;margin:16px 0}}
.lane{{background:var(--surface);border:1px solid var(--line);border-top:4px solid var(--lane);border-radius:8px;
padding:16px;min-width:0}}
.answer{{overflow-wrap:anywhere}}
.answer>:first-child{{margin-top:0}}
.answer h1,.answer h2,.answer h3{{font-size:16px;line-height:24px;margin:16px 0 8px}}
a{{color:var(--link)}}
pre,code{{font:13px/20px ui-monospace,"Cascadia Code",Menlo,Consolas,monospace;background:var(--code);
border-radius:4px}}
pre{{padding:12px;margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere}}
code{{padding:0 4px}}
pre code{{padding:0}}
blockquote{{margin:8px 0;padding:0 0 0 12px;border-left:2px solid var(--line)}}
.muted,summary,dt,.picture{{color:var(--muted)}}
dl{{display:grid;grid-template-columns:auto 1fr;gap:0 16px;margin:16px 0 0;padding:12px 0 0;
border-top:1px solid var(--line);font-size:13px;line-height:20px;font-variant-numeric:tabular-nums}}
dd{{margin:0;overflow-wrap:anywhere}}
.wide{{overflow-x:auto}}
table{{border-collapse:collapse;font-size:13px;line-height:20px;font-variant-numeric:tabular-nums}}
.wide>table{{width:100%;background:var(--surface);border:1px solid var(--line)}}
th,td{{padding:8px 12px;border-bottom:1px solid var(--line);text-align:right}}
thead th{{color:var(--muted);font-weight:500}}
th:first-child{{text-align:left}}
tbody th{{font-weight:500;border-left:4px solid var(--lane)}}
@media print{{
:root{{--window:#fff;--surface:#fff;--line:#bbb;--text:#000;--muted:#444;--link:#000;--code:#f6f6f6}}
{_lanes(LIGHT)}
body{{font-size:11px;line-height:16px}}
main{{max-width:none;padding:0}}
.turn+.turn{{break-before:page}}
h2,h3{{break-after:avoid}}
pre,tr,dl{{break-inside:avoid}}
.lanes{{grid-template-columns:repeat(2,1fr)}}
}}
"""
