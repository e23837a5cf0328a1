#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificate servers as boxes of their own: a CA, one below it, a registration authority, and who enrolls by them.
pki_boxes.py [NAME...]"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import box as b  # noqa: E402
from golden import compare  # noqa: E402
from lab import play  # noqa: E402
from pki_server import PASSPHRASE, PEM, Room  # noqa: E402

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pki_server")
AUTHORITY = """hostname {name}
crypto pki trustpoint {name}
 enrollment url http://127.0.0.1
 revocation-check none
crypto pki server {name}
 mode {mode}
 grant auto
 shutdown
ip http server
ip http port {port}
"""
CLIENT = """hostname edge9
crypto key generate rsa label own modulus 2048
crypto pki trustpoint TP
 enrollment url http://127.0.0.1:{port}
 revocation-check none
 serial-number none
 ip-address none
 subject-name cn={name}.example.com
 rsakeypair own 2048
"""


def set_up(box, r, name):
    """no shutdown, and its certificate, which an operator of the CA grants."""
    start = "configure terminal\ncrypto pki server %s\nno shutdown\n%%s\nend\n" % name
    box.type(start % ("%s\n%s\nyes" % (PASSPHRASE, PASSPHRASE)))
    number = re.search(r"(?m)^(\d+) +pending ", r.box.cli("show crypto pki server CA requests")).group(1)
    r.box.cli("crypto pki server CA grant " + number)
    said = box.type(start % ("%s\n%s" % (PASSPHRASE, PASSPHRASE)))
    assert "% Certificate Server enabled." in said, said
    compare(os.path.join(GOLDEN, name.lower() + ".txt"), box.cli("show crypto pki server " + name))


def enrolled(port, name, granted=None):
    """Another box, by that port: its certificate, and what stands above it."""
    with b.Box(CLIENT.format(port=port, name=name)) as box:
        said = box.type("configure terminal\ncrypto pki authenticate TP\nyes\ncrypto pki enroll TP\n\n\nyes\nend\n")
        if "The CA has not granted it yet" in said:         # a registration authority has to ask itself
            b.wait_for("it is there", 20, lambda: "granted " in granted())
            said = box.type("configure terminal\ncrypto pki enroll TP\nyes\n\n\nyes\nend\n")
        assert "The certificate was received" in said, said
        return PEM.findall(box.cli("show crypto pki certificates pem TP"))


def boxes():
    """A CA, one below it, a registration authority and who enrolls by them: each a box."""
    with Room("grant ra-auto") as r, b.Box(AUTHORITY.format(name="SUB", mode="sub-cs", port=8081)) as sub, \
            b.Box(AUTHORITY.format(name="RA", mode="ra", port=8082)) as ra:
        set_up(sub, r, "SUB")
        set_up(ra, r, "RA")
        above, own = enrolled(8081, "below")
        r.write("above.pem", above)
        r.write("below.pem", own)
        assert r.verify("below", "-untrusted", r.path("above.pem")).returncode == 0
        assert "CN = SUB" in r.x509("below", "-issuer") and "CN = below.example.com" in r.x509("below", "-subject")
        above, own = enrolled(8082, "forwarded", lambda: ra.cli("show crypto pki server RA requests"))
        r.write("forwarded.pem", own)
        assert above == open(r.ca).read() and r.verify("forwarded").returncode == 0
        assert "granted " in r.box.cli("show crypto pki server CA requests")


if __name__ == "__main__":
    play("boxes", [boxes])
