#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may come in, tried by telnet and SSH: access lists, lists of aaa, privileges, and a flood of guesses
that the guard stops while calls and the console go on.  gate.py [NAME...]"""

import os
import re
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import play  # noqa: E402
from ssh import Ssh, command  # noqa: E402
from telnet import Telnet  # noqa: E402

CONFIG = """hostname edge1
username admin privilege 15 password 0 hidden
username seven privilege 7 password 0 seven-s
username bare privilege 15
ip domain name example.com
line vty 0 9
 login local
 transport input telnet ssh
"""
KEYS = "configure terminal\ncrypto key generate rsa modulus 2048\nend\n"


def started(config=CONFIG):
    box = b.Box(config)
    box.type(KEYS)
    b.wait_for("SSH is open", 5, lambda: "SSH-5-ENABLED" in box.log())
    return box


def telnet_login(user, password, answers=r"edge1[#>]$|Username: $"):
    t = Telnet("127.0.0.1", 23)
    t.read_to("Username: $")
    t.send(user)
    t.read_to("Password: $")
    t.send(password)
    return t, t.read_to(answers)


def from_address(address, port):
    """Does a connection from there get a word of the box?"""
    with socket.socket() as s:
        s.settimeout(2)
        s.bind((address, 0))
        try:
            s.connect(("127.0.0.1", port))
            return bool(s.recv(100))
        except (OSError, TimeoutError):
            return False


def lists():
    """access-class, by the first line that fits; who is in stays."""
    with started() as box:
        inside, said = telnet_login("admin", "hidden")
        assert said.endswith("edge1#"), said
        box.configure("ip access-list standard MGMT\n 10 deny 127.0.0.66\n 20 permit 127.0.0.0 0.0.0.127\n"
                      "line vty 0 9\n access-class MGMT in\n")
        for address, good in (("127.0.0.1", True), ("127.0.0.66", False), ("127.0.0.200", False)):
            for port in (22, 23):
                assert from_address(address, port) == good, (address, port)
        box.configure("ip access-list standard MGMT\n no 20\n")
        assert not from_address("127.0.0.1", 23)
        assert "edge1#" in inside.type("show privilege", "edge1#$")
        box.configure("access-list 110 permit tcp host 127.0.0.1 any eq 22\nline vty 0 9\n access-class 110 in\n")
        assert from_address("127.0.0.1", 22) and not from_address("127.0.0.1", 23)
        for entries, came in (
                ("permit ip host 127.0.0.1 any", [("127.0.0.1", 22), ("127.0.0.1", 23)]),
                ("deny udp any any\npermit tcp any gt 1 any range telnet 24 log", [("127.0.0.1", 23), ("127.0.0.2", 23)]),
                ("permit tcp any any established\npermit tcp any host 192.0.2.1", []),     # is that us?
                ("deny tcp host 127.0.0.2 any dscp ef\npermit tcp any any ne 23", [("127.0.0.1", 22)]),
                ("permit icmp any any", [])):
            box.configure("no ip access-list extended 110\n" +
                          "".join("access-list 110 %s\n" % e for e in entries.splitlines()))
            assert [(a, p) for a in ("127.0.0.1", "127.0.0.2") for p in (22, 23) if from_address(a, p)] == \
                sorted(came), entries


def methods():
    """aaa with methods of the box itself, and privileges between 1 and 15."""
    with started() as box:
        said = command("bare", "", 22, "show privilege")
        assert said[0] in (5, 255), said                # a user without a secret cannot come in
        assert "level is 7" in command("seven", "seven-s", 22, "show privilege")[1]
        box.configure("privilege exec level 7 show running-config\n")
        assert command("seven", "seven-s", 22, "show running-config")[0] == 0
        assert command("seven", "seven-s", 22, "write memory")[0] == 1
        box.configure("aaa new-model\n")                # no authorization: the privilege of the line
        assert "level is 1" in command("admin", "hidden", 22, "show privilege")[1]
        _, said = telnet_login("admin", "wrong")
        assert "% Authentication failed" in said, said
        box.configure("aaa authorization exec default local\naaa authentication login default group tacacs+ local\n")
        assert "level is 15" in command("admin", "hidden", 22, "show privilege")[1]
        _, said = telnet_login("admin", "hidden")
        assert said.endswith("edge1#"), said
        box.configure("aaa authentication login VTY enable\nenable secret top\n"
                      "line vty 0 9\n login authentication VTY\n")
        t = Telnet("127.0.0.1", 23)
        t.read_to("Password: $")
        t.send("top")
        t.read_to("edge1>$")
        assert "level is 1" in command("anybody", "top", 22, "show privilege")[1]       # by SSH the same
        assert command("admin", "hidden", 22, "show privilege")[0] != 0
        box.configure("aaa authentication login VTY group radius\n")
        assert command("anybody", "top", 22, "show privilege")[0] != 0
        t = Telnet("127.0.0.1", 23)
        t.read_to("Password required, but none set")   # nobody answers: nobody comes in


def flood():
    """Guesses by telnet and SSH: soon nobody is heard but the list, and the box has other things to do."""
    with open(os.path.join(b.TREE, "startup-config", "quickstart.cfg")) as f:
        quickstart = f.read()
    with started(quickstart[:quickstart.index("line con 0")] + CONFIG +
                 "login block-for 6 attempts 8 within 30\nlogin quiet-mode access-class MGMT\n"
                 "login on-failure log\nlogin on-success log\n"
                 "ip access-list standard MGMT\n permit host 127.0.0.77\nhostname edge1\n") as box:
        box.cli("csim start 9898 duration 60")
        results = []

        def guess(n):
            try:
                results.append(telnet_login("admin", "guess%d" % n, r"Username: $")[1])
            except (AssertionError, OSError) as e:
                results.append(repr(e))
        guessers = [threading.Thread(target=guess, args=(n,)) for n in range(8)]
        for g in guessers:
            g.start()
        for g in guessers:
            g.join()
        assert sum("% Login invalid" in r for r in results) == 8, results
        box.wait_log("SEC_LOGIN-1-QUIET_MODE_ON")
        began = time.monotonic()
        log = box.log()
        assert re.search(r"SEC_LOGIN-4-LOGIN_FAILED: Login failed \[user: admin\] \[Source: 127\.0\.0\.1\] "
                         r"\[localport: 23\] \[Reason: Login Authentication Failed\] at \d\d:", log), log
        assert not from_address("127.0.0.1", 22) and not from_address("127.0.0.1", 23)
        assert from_address("127.0.0.77", 22)
        said = box.cli("show login")
        assert "Router presently in Quiet-Mode." in said, said
        said = box.cli("show login failures")
        assert re.search(r"(?m)^admin +127\.0\.0\.1 +23 +8 ", said), said
        assert box.cli("show call active voice compact").count("9898") >= 1
        b.wait_for("it opens again", 10, lambda: from_address("127.0.0.1", 22))
        assert time.monotonic() - began > 3
        box.wait_log("SEC_LOGIN-5-QUIET_MODE_OFF")
        assert command("admin", "hidden", 22, "show clock")[0] == 0
        box.wait_log(r"SEC_LOGIN-5-LOGIN_SUCCESS: Login Success \[user: admin\] \[Source: 127.0.0.1\] \[localport: 22\]")
        t = Ssh("admin", 22, "-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1")
        t.read_to("assword: $")
        t.send("wrong")
        t.ended()
        assert "[localport: 22] [Reason" in box.log()


if __name__ == "__main__":
    play("gate", [lists, methods, flood])
