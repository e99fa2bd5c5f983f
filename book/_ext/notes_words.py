"""What the registry says in a terminal's letters, set in type.

Verdicts, cases and reasons must read well where there is no mathematics, so they spell it as code does:
beta1^t, x_hat, W^T, t <= 1, gap below 1e-09. `typeset(text)` makes nodes of such a text, with formulas
for the spelled letters and code for the names of a library's arguments.
"""

import re

from docutils import nodes

NAMES = "alpha beta gamma delta eps eta theta lambda mu pi rho sigma tau phi Phi".split()
GREEK = {name: f"\\{name}" for name in NAMES} | {"eps": r"\epsilon"}
SIGNS = {"<=": r"\le", ">=": r"\ge", "inf": r"\infty"}
# Subscripts and exponents that are words; all others are letters and numbers.
WORDS = {"norm", "reg", "in", "out", "age"}

SUB = r"_(?:\{[^}]*\}|[A-Za-z0-9]+)"
SUP = r"\^(?:\{[^}]*\}|\([^)]*\)|[A-Za-z0-9]+)"
TOKEN = re.compile(
    rf"""
      (?P<code> (?:\w+\()? (?!(?:{"|".join(GREEK)})_) \b[A-Za-z][a-z0-9]+(?:_[a-z]+)+ (?:=\w+\)?)? )
    | (?P<argument> \b[a-z][a-z][a-z]+=\w+ )
    | (?P<sign> <= | >= | \binf\b )
    | (?<![\w.]) (?P<digits> \d(?:\.\d+)? ) e (?P<power> [+-]\d+ )
    | (?<![A-Za-z_.]) (?:
        (?P<greek> {"|".join(GREEK)} ) (?P<index> \d? ) (?P<marks> (?:{SUB})?(?:{SUP})? ) (?![A-Za-z]|\ functions)
      | (?P<letter> d?[A-Za-z] | \d+ ) (?P<marked> {SUB}(?:{SUP})? | {SUP} )
      )
    | (?<=[)\]|]) (?P<sup> {SUP} )
    """,
    re.VERBOSE,
)


def minus(text):
    """A hyphen that stands for a minus, as in -1 and T - t, but not in log-probabilities."""
    return re.sub(r"(?<![\w.])-(?=[\w(]|$)|(?<= )-(?= )", "\u2212", text)


def marks(text):
    """_{t-1}^(t-s) in TeX."""
    made = ""
    for mark in re.findall(f"{SUB}|{SUP}", text):
        inside = mark[1:].strip("{}()")
        made += mark[0] + "{" + (rf"\text{{{inside}}}" if inside in WORDS else inside) + "}"
    return made


def tex(match, density):
    """The TeX of one token; `density` is the letter phi of a text that also has a Phi."""
    if match["sign"]:
        return SIGNS[match["sign"]]
    if match["digits"]:
        power = f"10^{{{int(match['power'])}}}"
        return power if match["digits"] == "1" else rf"{match['digits']} \cdot {power}"
    if match["sup"]:
        return "{}" + marks(match["sup"])
    if match["greek"]:
        name, index = match["greek"], match["index"]
        letter = density if name == "phi" else GREEK[name]
        if index:  # sigma2 is a square, beta2 has a number
            letter += f"^{index}" if name == "sigma" else f"_{index}"
        return letter + marks(match["marks"])
    letter, marked = match["letter"], match["marked"]
    if marked.startswith("_hat"):
        return rf"\hat{{{letter}}}" + marks(marked[4:])
    if letter == "R":
        letter = r"\mathbb{R}"
    return letter + marks(re.sub(r"\^T$", r"^{\\top}", marked))


def pieces(text):
    """(kind, words) of a text's parts; the kinds are text, code and math."""
    density = r"\varphi" if "Phi" in text else r"\phi"
    parts, at = [], 0
    while at < len(text):
        match = TOKEN.search(text, at)
        end = match.start() if match else len(text)
        if end > at:
            parts.append(("text", text[at:end]))
        if match is None:
            break
        at = match.end()
        code = match["code"] or match["argument"]
        parts.append(("code", code) if code else ("math", tex(match, density)))
    return parts


def typeset(text):
    """The nodes of a text."""
    made = []
    for kind, words in pieces(text):
        if kind == "text":
            made.append(nodes.Text(minus(words)))
        else:
            made.append((nodes.literal if kind == "code" else nodes.math)(words, words))
    return made
