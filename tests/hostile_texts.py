"""Texts that are code to somebody: a browser, a spreadsheet, a template, a shell, a typesetter or a parser.

Each is a text that a person may lawfully have typed, so it has to be shown as it stands. `{n}` is the number of the
text, so that whatever ran can be told; `window.__hit` is the tripwire.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

ELSEWHERE = "evil.invalid"
HIT = "window.__hit=(window.__hit||[]).concat({n})"

BROWSER = [
    f"<script>{HIT}</script>",
    f"<img src=x onerror={HIT}>",
    f"<svg/onload={HIT}>",
    f'"><script>{HIT}</script>',
    f"' onmouseover='{HIT}' x='",
    f'" autofocus tabindex=1 onfocus="{HIT}',
    f"<iframe src=javascript:parent.{HIT}></iframe>",
    f"<iframe srcdoc='<script>parent.{HIT}</script>'></iframe>",
    f"</style><script>{HIT}</script>",
    f"</title><script>{HIT}</script>",
    f"--><script>{HIT}</script><!--",
    f"</details></table></section><script>{HIT}</script>",
    f'<a href="javascript:{HIT}">x</a>',
    f"<math><mtext><style><img src=x onerror={HIT}></style>",
    f"<base href=https://{ELSEWHERE}/>",
    f'<meta http-equiv="refresh" content="0;url=https://{ELSEWHERE}/">',
    f"<link rel=stylesheet href=https://{ELSEWHERE}/x.css>",
    f"<form action=https://{ELSEWHERE}/><input name=x autofocus></form>",
    f"<object data=https://{ELSEWHERE}/x.swf></object>",
    f"<style>@import 'https://{ELSEWHERE}/x.css'; body {{{{ display: none }}}}</style>",
    f'<p style="background:url(https://{ELSEWHERE}/x)">styled</p>',
    "<plaintext>",
    "<textarea>",
    "<template>",
    "<!--number-->",
    "<!-- a comment",
    "&lt;script&gt;alert({n})&lt;/script&gt;",
    "&#60;img src=x&#62; &amp;amp;",
    "\\u003cscript\\u003e",
    "<![CDATA[ <b>x</b> ]]>",
    "]]> <?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY y 'z'>]> &y;",
    "<?php echo {n} ?>",
]
TEMPLATES = [
    "{{{{ 7*7 }}}}",
    "{{{{ ''.__class__.__mro__[1].__subclasses__() }}}}",
    "{{% for x in range(999999999) %}}x{{% endfor %}}",
    "{{% include '/etc/passwd' %}}",
    "{{0.__class__.__init__.__globals__}}",
    "{{number}} {{style}} {{names}}",
    "%(name)s %s %n %d",
    "${{7*7}} #{{7*7}} <%= 7*7 %>",
    "$PATH $(touch hit-{n}) `touch hit-{n}`",
    "; touch hit-{n} | touch hit-{n} && touch hit-{n}",
    "'); DROP TABLE staff; --",
]
SPREADSHEETS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    f'=HYPERLINK("https://{ELSEWHERE}","x")',
    f'=WEBSERVICE("https://{ELSEWHERE}")',
    '=DDE("cmd";"/C calc";"x")',
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "'=1+1",
    '"=1+1"',
    ";=1+1",
    "{{=1+1}}",
    "_x000D_ _x003D_ _x0041_",
    "#REF! #N/A",
]
MARKDOWN = [
    f"[x](javascript:{HIT})",
    f"[x](https://{ELSEWHERE})",
    f"![x](https://{ELSEWHERE}/a.png)",
    f"<https://{ELSEWHERE}>",
    f"https://{ELSEWHERE}/plain?a=1&b=2",
    f"[x]: https://{ELSEWHERE} 'title'",
    f'[x][y] <b onclick="{HIT}">bold</b>',
    "# Heading",
    "- item",
    "> quote",
    "1. first",
    "```",
    "`code`",
    "***bold*** __under__ ~~through~~",
    "| a | b | :--- |",
    "---",
    "\\* \\_ \\\\ \\",
]
FORMULAS = [
    "$x^2$",
    "$\\frac{{$",
    "\\(x\\) \\[y\\]",
    "$$\\input{{/etc/passwd}}$$",
    "\\immediate\\write18{{touch hit-{n}}}",
    "100% of $5 and $6",
]
PATHS = [
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "/etc/passwd",
    "file:///etc/passwd",
    "C:\\hit-{n}.txt",
    "CON",
    "NUL.txt",
    "%2e%2e%2f %00 %0d%0a",
    "!!python/object/apply:os.mkdir [hit-{n}]",
    "*alias &anchor",
]
LETTERS = [
    "A & B <Trust>",
    "He said \"no\" and 'yes'",
    "Ысшшш Аdmin",
    "Ａｄｍｉｎ",
    "zero\u200bwidth \u200djoined",
    "left\u200eright\u200fmarks \ufeffmark",
    "soft\u00adhyphen no\u00a0break",
    "Z\u0351\u036b\u0343a\u0306\u034cl\u0342g\u0364o\u0489",
    "𝒜𝓈𝓉𝓇𝒶𝓁 \U0001f469\u200d\U0001f52c",
    "مستشفى עברית",
    "診断 ラボ 병원",
    "W" * 400,
    "word " * 120,
    "None",
    "nan",
    "null",
    "1e308",
    "-0",
    "0x1F",
    "true",
    "31/02/2025",
]
ATTACKS = [*BROWSER, *TEMPLATES, *SPREADSHEETS, *MARKDOWN, *FORMULAS, *PATHS, *LETTERS]


def mark(number: int) -> str:
    """The word by which a text is found again wherever it turns up."""
    return f"zq{number}z"


class Hostile:
    """Hostile texts, each given out once, and where each went."""

    def __init__(self) -> None:
        self.given: dict[int, tuple[str, str]] = {}
        self._attacks: Iterator[str] = cycle(ATTACKS)

    def __call__(self, place: str, most: int = 0) -> str:
        """The next text, for a place such as `risks.title`; of at most so many letters if given."""
        number = len(self.given) + 1
        attack = next(self._attacks).format(n=number)
        while most and len(attack) > most - len(mark(number)) - 1:
            attack = next(self._attacks).format(n=number)
        text = f"{attack} {mark(number)}"
        self.given[number] = place, text
        return text
