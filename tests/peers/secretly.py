# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets, and every form in which one could come to light: raw, hexadecimal (with or without separators), base 64 of
any alignment, decimal, and the lines of a PEM."""

import base64
import re

import box as b

NUMBERS = ("priv", "privateExponent", "prime1", "prime2", "exponent1", "exponent2", "coefficient")
LEAST = 12                                              # bytes: what is shorter is found everywhere


def number_forms(number):
    """Of a number, and of any long piece of it: its head and its middle."""
    forms = {str(int.from_bytes(number, "big")).encode()[:40]}
    for piece in {number[:24], number[len(number) // 2:][:24]}:
        forms |= {piece, piece.hex().encode()}
        for skip in range(3):
            forms.add(base64.b64encode(piece[skip:skip + 18]))
    return forms


class Secret:
    """name: what a failure says of it.  shown: it may stand in a configuration, as IOS has it."""

    def __init__(self, name, forms, shown=False):
        self.name, self.forms, self.shown = name, set(forms), shown
        assert all(len(form) >= LEAST for form in self.forms), name

    @classmethod
    def key(cls, name, path):
        """All secret numbers of a key pair, and its PEM."""
        words = b.openssl("pkey", "-in", path, "-noout", "-text")
        forms = set()
        for label in NUMBERS:
            found = re.search(r"(?m)^%s:\s*((?:[\s0-9a-f:])+)$" % label, words)
            if found:
                forms |= number_forms(bytes.fromhex(re.sub(r"[\s:]", "", found.group(1))).lstrip(b"\0"))
        assert forms, "no secret numbers in " + path
        with open(path, "rb") as f:
            body = [line for line in f.read().splitlines() if line and not line.startswith(b"-----")]
        return cls(name, forms | {line for line in body[1:-1] if len(line) >= LEAST})

    @classmethod
    def text(cls, name, text, shown=False):
        raw = text.encode()
        return cls(name, {raw} | {base64.b64encode(raw[skip:len(raw) - (len(raw) - skip) % 3]) for skip in range(3)}
                   | {raw.hex().encode()}, shown)

    @classmethod
    def inline(cls, name, text):
        """The key and salt of an a=crypto line."""
        raw = base64.b64decode(text)
        return cls(name, number_forms(raw) | {text.encode()})


def found(secrets, said, configuration=False):
    """The names of those that are in these bytes."""
    plain = re.sub(rb"[\s:]", b"", said)
    low = plain.lower()
    return [s.name for s in secrets if not (s.shown and configuration)
            and any(form in said or form in plain or form in low for form in s.forms)]
