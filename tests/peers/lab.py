# SPDX-License-Identifier: GPL-3.0-or-later
"""The usual laboratory: the box at 10.72.86.86, telephones as hosts of the same net, one CA.

    with Lab(workers=3) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, srtp="srtp") + caller(200, srtp="srtp"))
        a = lab.phone(PHONE_A, "1000", 1000); b = lab.phone(PHONE_B, "2000", 700, auto=True)
        a.dial(lab.uri("2000")); ...

play() runs the scenarios of a file: a line each, exit status 1 as soon as one has failed."""

import os
import re
import sys
import tempfile
import time
import traceback

import box as b
from net import Net
from phone import Phone

BOX, PHONE_A, PHONE_B, PHONE_C = "10.72.86.86", "10.72.86.11", "10.72.86.12", "10.72.86.13"
BASE = """hostname edge1
interface GigabitEthernet0/0
 ip address 10.72.86.86 255.255.255.0
voice service voip
 ip address trusted list
  ipv4 10.72.86.0 255.255.255.0
 address-hiding
 allow-connections sip to sip
 sip
  bind control source-interface GigabitEthernet0/0
  bind media source-interface GigabitEthernet0/0
"""
SIGNALING = """sip-ua
 crypto signaling default trustpoint sip-trunk-cert
"""


def peer(tag, pattern, address, tls=True, srtp="", more=""):
    """An outgoing dial-peer; `more': further lines of it."""
    lines = ["dial-peer voice %d voip" % tag, "destination-pattern " + pattern,
             "session protocol sipv2",
             "session target ipv4:%s:%d" % (address, 5061 if tls else 5060),
             "session transport " + ("tcp tls" if tls else "udp"),
             "dtmf-relay rtp-nte", "codec g711ulaw", srtp] + more.splitlines()
    return "\n ".join(line for line in lines if line) + "\n"


def caller(tag, srtp="", more=""):
    """The dial-peer of whoever calls in."""
    lines = ["dial-peer voice %d voip" % tag, "session protocol sipv2",
             "incoming called-number .T", "dtmf-relay rtp-nte", "codec g711ulaw", srtp]
    return "\n ".join(line for line in lines + more.splitlines() if line) + "\n"


class Lab:
    def __init__(self, workers=1, release=False):
        self.workers, self.build = workers, b.build_directory(release)
        self.phones, self.hosts, self.identities, self.the_box = [], {}, {}, None

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="parapet-lab-")
        self.dir = self.directory.name
        self.net = Net()
        self.ca = b.CA(self.dir)
        return self

    def __exit__(self, kind, value, trace):
        self.hang_up()
        try:
            if self.the_box:
                self.the_box.__exit__(kind, value, trace)
        finally:
            self.net.__exit__()
            self.directory.cleanup()

    def host(self, address):
        if address not in self.hosts:
            self.hosts[address] = self.net.host(address)
        return self.hosts[address]

    def box(self, config="", tls=True, options=()):
        """The box with this configuration, enrolled with our CA."""
        self.the_box = b.Box(BASE, workers=self.workers, build=self.build, netns=self.host(BOX),
                             options=options)
        if tls:
            b.enroll(self.the_box, self.ca)
            config = SIGNALING + config
        self.the_box.configure(config)
        return self.the_box

    def identity(self, user, ca=None, **how):
        """(certificate, key, both) of a user, made once."""
        if (user, ca) not in self.identities:
            self.identities[user, ca] = (ca or self.ca).identity(user + ".example.com", **how)
        return self.identities[user, ca]

    def phone(self, address, user, hertz, tls=True, media=None, pem=None, **more):
        """A telephone; over TLS it has a certificate of our CA, and SRTP unless `media' says else."""
        media = ("srtp-mand" if tls else "") if media is None else media
        if tls:
            more.update(pem=pem or self.identity(user, sans=[address])[2], ca=self.ca.pem)
        where = os.path.join(self.dir, "%d" % time.monotonic_ns())
        os.mkdir(where)
        phone = Phone(where, address, user, hertz, transport="tls" if tls else "udp",
                      media=media, netns=self.host(address),
                      outbound="%s:%d" % (BOX, 5061 if tls else 5060), **more)
        self.phones.append(phone)
        return phone

    def uri(self, number, tls=True):
        return "sip:%s@%s%s" % (number, BOX, ";transport=tls" if tls else "")

    def hang_up(self):
        """End the telephones."""
        for phone in self.phones:
            phone.stop()
        self.phones = []


def talk(a, c, seconds=2.0):
    """Both have heard the other's tone, after that long; the calls are over and the phones ended."""
    time.sleep(seconds)
    hang_up_and_listen(a, c)


def hang_up_and_listen(a, c):
    a.command("hangup")
    a.wait(b"terminated", 5)
    listen(a, c)


def listen(a, c):
    a.stop()
    c.stop()
    for one, other in ((a, c), (c, a)):
        share, seconds = one.heard(other.hertz)
        assert share > 0.9, "%s heard %.2f of %s's tone in %.1f s: %r" % (
            one.user, share, other.user, seconds, one.tail())


def no_calls(box, seconds=10):
    b.wait_for("no call is left", seconds,
               lambda: "Total call-legs: 0" in box.cli("show call active voice brief"))


def nothing_held(box, seconds=45):
    """No call is left, not even one that clears."""
    b.wait_for("nothing is held", seconds, lambda: "\n    Calls 0, " in box.cli("show sip-ua statistics"))


def last_call(box):
    """The last entry of the history, both legs."""
    return box.cli("show call history voice last 1")


def number(pattern, text):
    """The one number that a pattern finds."""
    found = re.search(pattern, text)
    assert found, "no %r in:\n%s" % (pattern, text)
    return int(found.group(1))


def play(name, scenarios):
    """Run these functions; names on the command line choose among them, `-name' is left out."""
    b.own_network()
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    others = [word[1:] for word in sys.argv[1:] if word.startswith("-")]
    for scenario in scenarios:
        if wanted and not any(word in scenario.__name__ for word in wanted):
            continue
        if any(word in scenario.__name__ for word in others):
            continue
        start = time.monotonic()
        try:
            scenario()
        except Exception:                  # whatever it was: say it, and fail
            traceback.print_exc()
            print("FAILED %s: %s" % (name, scenario.__name__), flush=True)
            sys.exit(1)
        print("ok %s: %s (%.1f s)" % (name, scenario.__name__, time.monotonic() - start),
              flush=True)
