#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines as those who sit at them see them: banners at the right moments, who is there, a line that
is cleared.  lines.py [NAME...]"""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import play  # noqa: E402
from telnet import Telnet  # noqa: E402

PORT = 2323
CONFIG = """hostname edge1
username admin privilege 15 password 0 hidden
banner motd ^C
Maintenance on Sunday
^C
banner login #Authorised only: $(line) of $(hostname)#
banner exec @
Welcome to $(hostname).$(domain) $(nothing)
@
ip domain name example.com
line vty 0 4
 login local
"""


def log_in(user="admin", password="hidden"):
    t = Telnet("127.0.0.1", PORT)
    said = t.read_to("Username: $")
    t.send(user)
    t.read_to("Password: $")
    t.send(password)
    return t, said


def banners_and_users():
    with b.Box(CONFIG, options=["--telnet", "127.0.0.1:%d" % PORT]) as box:
        first, said = log_in()
        assert re.search(r"\n\nMaintenance on Sunday\n\n\nAuthorised only: vty0 of edge1\n\n"
                         r"User Access Verification\n\nUsername: $", said), repr(said)
        assert "Welcome" not in said
        said = first.read_to("edge1#$")
        assert "Welcome to edge1.example.com $(nothing)\n" in said, repr(said)
        second, _ = log_in(password="wrong")
        said = second.read_to("Username: $")
        assert "% Login invalid" in said and "Welcome" not in said, said
        second.send("admin")
        second.read_to("Password: $")
        second.send("hidden")
        second.read_to("edge1#$")
        said = second.type("show users", "edge1#$")
        assert re.search(r"(?m)^ +2 vty 0 +admin +idle +00:00:\d\d +127\.0\.0\.1$", said), said
        assert re.search(r"(?m)^\* +3 vty 1 +admin +idle +00:00:00 +127\.0\.0\.1$", said), said
        said = second.type("show line", "edge1#$")
        assert re.search(r"(?m)^\* +2 VTY ", said) and re.search(r"(?m)^ +4 VTY ", said), said
        second.send("clear line vty 0")
        second.read_to(r"\[confirm\]$")
        second.type("", r"\[OK\]\n+edge1#$")
        b.wait_for("the first is gone", 5, lambda: "vty 0" not in second.type("who", "edge1#$"))
        second.send("clear line 2")
        second.read_to(r"\[confirm\]$")
        assert "nobody is there" in second.type("", "edge1#$")
        assert "vty 1" in box.cli("show users")
        said = box.cli("show running-config | section banner")
        assert "banner login ^CAuthorised only: $(line) of $(hostname)^C\n" in said, said


def pages():
    """A screen has 24 lines until `terminal length' or `length' say otherwise."""
    with b.Box(CONFIG, options=["--telnet", "127.0.0.1:%d" % PORT]) as box:
        t, _ = log_in()
        t.read_to("edge1#$")
        box.configure("".join("dial-peer voice %d voip\n preference 1\n" % n for n in range(1, 8)))
        t.send("show running-config")
        said = t.read_to(" --More-- $")
        assert said.count("\n") == 24, (said.count("\n"), said)       # with the echo of the command
        t.socket.sendall(b"  ")
        said = t.read_to("line vty 0 4(.|\n)*edge1#$")
        assert "dial-peer voice 7 voip" in said, said
        t.send("show running-config")
        t.read_to(" --More-- $")
        t.socket.sendall(b"q")
        assert "username" not in t.read_to("edge1#$")
        t.type("terminal length 0", "edge1#$")
        assert "More" not in t.type("show running-config", "edge1#$")
        box.configure("line vty 0 4\n length 5\n")
        t, _ = log_in()
        t.read_to("edge1#$")
        t.send("show running-config")
        assert t.read_to(" --More-- $").count("\n") == 5
        box.configure("line vty 0 4\n length 0\n")
        t, _ = log_in()
        t.read_to("edge1#$")
        assert "More" not in t.type("show running-config", "edge1#$")


if __name__ == "__main__":
    play("lines", [banners_and_users, pages])
