# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen as it has to come out, to the column: a file whose lines are those of the screen, with the placeholders
of tests/transcript.c for what changes.  A line that begins with `# ' is a remark.  With PARAPET_ACCEPT=1 a file that
does not hold is written anew: the diff is the review."""

import os
import re

PLACES = {"{N}": r"[0-9]+", "{HEX}": r"[0-9A-Fa-f ]+", "{B64}": r"[A-Za-z0-9+/=]+",
          "{TIME}": r"\d\d:\d\d:\d\d(\.\d{3})?", "{DATE}": r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{4}", "{*}": r".*"}
CUT = re.compile("(%s)" % "|".join(re.escape(word) for word in PLACES))

# What a new file has in the place of what changes.
CHANGES = ((r"\(serial [0-9A-F]+\)", "(serial {HEX})"), (r"127\.0\.0\.(\d+):\d{5}\b", r"127.0.0.\1:{N}"),
           (r"\d\d:\d\d:\d\d UTC [A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d{4}", "{TIME} UTC {DATE}"),
           (r"(clock of this box says ).*?(?=: renew)", r"\1{*}"), (r"(valid to )(?!00:00:00).*", r"\1{*}"))


def line_fits(expected, line):
    pattern = "".join(PLACES.get(part, re.escape(part)) for part in CUT.split(expected))
    return re.fullmatch(pattern, line) is not None


def _accept(path, lines, remarks):
    for old, new in CHANGES:
        lines = [re.sub(old, new, line) for line in lines]
    with open(path, "w") as f:
        f.write("".join(line + "\n" for line in remarks + lines))


def compare(path, said):
    """An AssertionError that shows the first line that is not as it has to be."""
    lines, expected = said.rstrip("\n").split("\n"), []
    if os.path.exists(path):
        with open(path) as f:
            expected = f.read().rstrip("\n").split("\n")
    remarks = [line for line in expected if line.startswith("# ")]
    expected = [line for line in expected if not line.startswith("# ")]
    wrong = [i for i, pair in enumerate(zip(expected, lines)) if not line_fits(*pair)]
    if len(expected) == len(lines) and not wrong:
        return
    if os.environ.get("PARAPET_ACCEPT"):
        _accept(path, lines, remarks)
        return
    at = min(wrong + [len(expected), len(lines)])
    raise AssertionError("%s: line %d\n  expected: %s\n  came out: %s\n%s" % (
        path, at + 1, (expected + ["(nothing more)"])[min(at, len(expected))],
        (lines + ["(nothing more)"])[min(at, len(lines))], said))
