"""Texts that somebody hostile, or another system, puts where a name should be, and what of them may not get out."""

import re

NASTY: dict[str, str] = {
    "colour": "Red\x1b[31mJane",
    "clear": "Jane\x1b[2J\x1b[H Smith",
    "title": "Jane\x1b]0;owned\x07Smith",
    "clipboard": "Jane\x1b]52;c;cm0gLXJmIC8=\x07Smith",
    "hyperlink": "Jane\x1b]8;;https://evil.example\x1b\\Smith\x1b]8;;\x1b\\",
    "8-bit CSI": "Jane\x9b31mSmith\x9d0;owned\x9c",
    "bell": "Jane\x07\x08\x7fSmith",
    "nul": "Jane\x00Smith",
    "newline": "Jane\nINV-000009  £0.00\r\nSmith\x0b\x0c\x85\u2028\u2029",
    "tab": "Jane\tSmith",
    "override": "Jane\u202e0021£\u202cSmith",
    "embedding": "Jane\u202a\u202b\u202dSmith",
    "isolate": "Jane\u2066\u2067\u2068\u2069Smith",
    "marks of direction": "Jane\u200e\u200f\u061cSmith",
    "zero width": "Ja\u200bne\u2060\ufeff Smi\u00adth\u180e",
    "tags": "Jane\U000e0001\U000e0041Smith",
    "zalgo": "Jane" + "\u0301\u0316\u0489" * 30 + " Smith",
    "wide": "Jane 漢字ｆｕｌｌ 👩\u200d👩\u200d👧 Smith",
    "very long": "Jane " + "x" * 5_000,
    "bold": "Jane [bold]Smith",
    "closing": "Jane [/x] Smith [/]",
    "action": "Jane [@click=app.quit]Smith[/]",
    "link": "Jane [link=https://evil.example]Smith[/link]",
    "backslash": "Jane \\[bold] Smith\\",
    "placeholder": "Jane {amount} {url} {0} {client.__class__} %s %(name)s",
    "html": "Jane <b onclick=alert(1)>Smith</b><script>1</script>&amp;\"'",
    "header": "Jane\r\nBcc: evil@example.com\r\n\r\nSmith",
    "formula": '=HYPERLINK("https://evil.example","Jane Smith")',
    "hebrew": "Jane דנה כהן Smith",
    "arabic": "Jane محمد علي Smith",
    "unseen": "Jane \u3164\u115f\u2800 Smith",
}
SURROGATE = "Jane\udcff\ud800 Smith"
"""It cannot be in a data file, but JSON and file names bring it."""

_DRIVING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e00ff]"
)
MARKS = re.compile("[\u0300-\u036f\u0483-\u0489]{5}")


def driving(text: str) -> list[str]:
    """Return what in a text could drive a terminal, or turn it round; line ends apart."""
    return _DRIVING.findall(text.replace("\n", "")) + MARKS.findall(text)
