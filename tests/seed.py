#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration that the product is measured by loads, and prints back line for line.

tests/configs/seed.cfg is that text as it stands; seed-trust.cfg is what has to stand in front of it
(host name, interface, trustpoints, certificates).  And `parapetd --check' says what it has to, with
its exit status: 0 all is taken, 1 a line is refused, 2 there is no file."""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402

CONFIGS = os.path.join(b.TREE, "tests", "configs")
SUMMARY = "%d lines: %d applied, %d stored without effect, %d refused\n"


def read(name):
    with open(os.path.join(CONFIGS, name)) as f:
        return f.read()


def check(path):
    done = subprocess.run([os.path.join(b.build_directory(), "parapetd"), "--check", path],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert not b.SANITIZER.search(done.stderr), done.stderr
    return done.returncode, done.stdout, done.stderr


def check_text(directory, text, status, expected):
    """--check of this text: its exit status, its whole output (FILE stands for the path)."""
    path = os.path.join(directory, "checked.cfg")
    with open(path, "w") as f:
        f.write(text)
    code, out, err = check(path)
    out = out.replace(path, "FILE")
    assert code == status, "exit %d, not %d: %s%s" % (code, status, out, err)
    assert out == expected, "--check said\n%snot\n%s" % (out, expected)


def in_order(wanted, text):
    """Every line of `wanted' is found in `text', in this order, trailing blanks aside."""
    lines = iter([line.rstrip() for line in text.splitlines()])
    for line in wanted.splitlines():
        if line.strip() in ("", "!"):
            continue
        assert line.rstrip() in lines, "not printed, or not in its place: %r in\n%s" % (line, text)


def checks(directory):
    code, out, _ = check(os.path.join(CONFIGS, "seed.cfg"))
    assert code == 0, out
    assert out.splitlines()[-1].endswith(", 0 refused"), out
    # what has no effect yet is said, and nothing else is
    said = [line.split(": ", 1)[1] for line in out.splitlines()[:-1]]
    assert said == ["fax protocol t38 version 0 ls-redundancy 0 hs-redundancy 0 fallback none, "
                    "stored without effect"], out
    lines = len([x for x in read("seed.cfg").splitlines() if x.strip() not in ("", "!")])
    assert out.splitlines()[-1] == (SUMMARY % (lines, lines - len(said), len(said), 0)).rstrip(), out
    code, out, err = check(os.path.join(directory, "nowhere"))
    assert code == 2 and not out and "nowhere: No such file or directory" in err, (code, out, err)
    check_text(directory, "", 0, SUMMARY % (0, 0, 0, 0))
    check_text(directory, "! nothing\n\n", 0, SUMMARY % (0, 0, 0, 0))
    check_text(directory, "hostname a\nfoo bar\ndial-peer voice 1 voip\n preference 11\n s\n", 1,
               "FILE:2: foo bar, invalid input at \"foo\"\n"
               "FILE:4: preference 11, invalid input at \"11\"\n"
               "FILE:5: s, ambiguous command\n" + SUMMARY % (5, 2, 0, 3))
    check_text(directory, "sip-ua\n retry bye 3\n timers\n", 1,
               "FILE:2: retry bye 3, stored without effect\n"
               "FILE:3: timers, incomplete command\n" + SUMMARY % (3, 1, 1, 1))
    check_text(directory, "interface Gi0/0\n ip address 10.0.0.1 255.0.255.0\n", 1,
               "FILE:2: ip address 10.0.0.1 255.0.255.0, Bad mask 0xFF00FF00 for address\n"
               + SUMMARY % (2, 1, 0, 1))
    check_text(directory, "crypto pki certificate chain tp\n certificate ca 01\n  3082ZZ\n  quit\n", 1,
               "FILE:2: certificate ca 01, the text is not hexadecimal\n" + SUMMARY % (2, 1, 0, 1))
    # keys that are made, and a paste, are those of the check alone
    check_text(directory, "crypto key generate ec keysize 256 label k\ncrypto key zeroize ec k\nyes\n"
               "crypto pki trustpool import terminal\nnothing\nquit\nkey config-key password-encrypt some-words\n", 1,
               "FILE:4: crypto pki trustpool import terminal, No certificates imported from terminal.\n"
               + SUMMARY % (4, 3, 0, 1))


def whole(text):
    """A configuration as `show' prints it, without the remarks that hold the time."""
    return text[text.index("\nversion "):]


def prints_back():
    config = read("seed-trust.cfg") + read("seed.cfg")
    with b.Box(config) as box:
        printed = box.cli("show running-config")
        assert " 0 refused" in box.log(), box.log()
        in_order(read("seed.cfg"), printed)
        for line in read("seed-trust.cfg").splitlines():
            assert line.rstrip() in [x.rstrip() for x in printed.splitlines()], line
        box.cli("write memory")
        saved = box.cli("show startup-config")
        assert whole(saved).rstrip() == whole(printed).rstrip(), saved
    with b.Box(saved.split("\n", 1)[1]) as box:
        again = box.cli("show running-config")
        assert " 0 refused" in box.log(), box.log()
        assert whole(again) == whole(printed), again


def main():
    b.own_network()
    with tempfile.TemporaryDirectory() as directory:
        checks(directory)
    prints_back()
    print("seed: loads with nothing refused, prints back line for line")


main()
