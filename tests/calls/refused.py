#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must fail over TLS and SRTP, and how it says why: handshakes, media, configurations.

A refused handshake is counted, and its reason stands in show sip-ua connections and in the log; a
refused call has its reason in the history; a packet that does not belong is dropped and counted by
kind, and the call goes on.  refused.py [NAME...]"""

import os
import pty
import re
import signal
import socket
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import attack  # noqa: E402
import box as b  # noqa: E402
from lab import (BOX, PHONE_A, PHONE_B, PHONE_C, Lab, caller, last_call, no_calls,  # noqa: E402
                 number, peer, play, talk)

SHOW = "show sip-ua connections tcp tls detail"
OPTIONS = (b"OPTIONS sip:box SIP/2.0\r\nVia: SIP/2.0/TLS 10.72.86.11:5061;branch=z9hG4bKknock\r\n"
           b"From: <sip:1000@10.72.86.11>;tag=1\r\nTo: <sip:box>\r\nCall-ID: knock\r\n"
           b"CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
COPIES = 30
OPTIONS = b"""OPTIONS sip:10.72.86.86:5061;transport=tls SIP/2.0
Via: SIP/2.0/TLS 10.72.86.11:5061;branch=z9hG4bK776asdhds
Max-Forwards: 70
To: <sip:10.72.86.86>
From: <sip:1000@10.72.86.11>;tag=1928301774
Call-ID: a84b4c76e66710
CSeq: 1 OPTIONS
Content-Length: 0

""".replace(b"\n", b"\r\n")


def failures(box, side):
    return number(r"TLS %s handshake failures *: (\d+)" % side, box.cli(SHOW))


# ---- handshakes ------------------------------------------------------------------------------------------


def knock(lab, identity=None):
    """Begin TLS with the box as a client with this certificate; what came back, an alert's name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(lab.ca.pem)
    if identity:
        context.load_cert_chain(identity[0], identity[1])
    with lab.host(PHONE_A).entered():
        s = socket.create_connection((BOX, 5061), 5)
    try:
        with context.wrap_socket(s) as tls:
            tls.sendall(OPTIONS)
            return "nothing" if tls.recv(100) == b"" else "an answer"
    except (ssl.SSLError, ConnectionResetError) as error:
        return str(error)


def check_refused(lab, box, said, alert, reason):
    """The alert, one more failure, and the reason in show and in the log, with the remote address."""
    assert re.search(alert, said), "the box said %s" % said
    count = check_refused.count = getattr(check_refused, "count", 0) + 1
    b.wait_for("the failure is counted", 5, lambda: failures(box, "server") == count)
    text = box.cli(SHOW)
    newest = text.split("TLS Handshake Failures, newest first")[1].splitlines()[1:3]
    assert PHONE_A in newest[0] and "we were the server" in newest[0], newest
    assert re.search(reason, newest[1]), "%s is not the reason: %s" % (reason, newest[1])
    box.wait_log(r"%SIP-2-TLS_HANDSHAKE_FAILED: .*" + reason + ".*" + PHONE_A)


def plain_bytes(lab):
    """SIP without TLS at the TLS port."""
    with lab.host(PHONE_A).entered():
        s = socket.create_connection((BOX, 5061), 5)
    with s:
        s.sendall(OPTIONS)
        try:
            while s.recv(1000):
                pass
        except ConnectionResetError:
            pass
    return "closed"


def expired(lab):
    """A certificate of the right CA whose time is over."""
    crt, key, both = lab.ca.identity("old.example.com")
    work = os.path.join(lab.dir, "old")
    os.mkdir(work)
    config = os.path.join(work, "ca.cnf")
    with open(config, "w") as f:
        f.write("[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index\nnew_certs_dir=%s\nrand_serial=yes\n"
                "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n" % (work, work))
    open(os.path.join(work, "index"), "w").close()
    request = os.path.join(work, "csr")
    b.openssl("req", "-new", "-key", key, "-subj", "/CN=old.example.com", "-out", request)
    b.openssl("ca", "-batch", "-config", config, "-in", request, "-cert", lab.ca.pem,
              "-keyfile", lab.ca.key, "-startdate", "20200101000000Z", "-enddate",
              "20210101000000Z", "-notext", "-out", crt)
    return crt, key, both


def clients():
    """Clients that are refused, each for its reason."""
    with Lab() as lab:
        box = lab.box(caller(200, srtp="srtp"))
        other = b.CA(lab.dir, "Other CA")
        check_refused(lab, box, knock(lab, other.identity("evil.example.com")),
                      "unknown ca|UNKNOWN_CA", "evil.example.com.* was issued by .*Other CA.*which no "
                      "trustpoint holds: authenticate that CA")
        check_refused(lab, box, knock(lab), "certificate required|CERTIFICATE_REQUIRED",
                      "the peer sent no certificate: it must present one")
        check_refused(lab, box, plain_bytes(lab), "closed", r"does not speak TLS .*plain SIP")
        check_refused(lab, box, knock(lab, expired(lab)), "expired|EXPIRED",
                      r"old.example.com.* has expired: it is valid from .*2020 to .*2021")
        assert knock(lab, lab.identity("1000")) == "an answer"       # and a good one is none of them
        assert failures(box, "server") == 4


def server():
    """The box is the client, and the server's certificate is of another CA."""
    with Lab() as lab:
        box = lab.box(peer(100, "2...", PHONE_B, srtp="srtp") + caller(200, srtp="srtp"))
        other = b.CA(lab.dir, "Other CA")
        c = lab.phone(PHONE_B, "2000", 700, auto=True, pem=other.identity("2000.example.com")[2])
        a = lab.phone(PHONE_A, "1000", 1000)
        a.dial(lab.uri("2000"))
        a.wait(b"session closed")
        no_calls(box)
        assert b"established" not in c.text() and b"Incoming" not in c.text()
        assert failures(box, "client") == 1 and failures(box, "server") == 0, box.cli(SHOW)
        reason = "2000.example.com.* was issued by .*Other CA"
        assert re.search("we were the client\n.*" + reason, box.cli(SHOW)), box.cli(SHOW)
        assert re.search("DisconnectReason=.*" + reason, last_call(box)), last_call(box)


# ---- media -----------------------------------------------------------------------------------------------


def dropped(box):
    """{kind: packets} of the answered leg."""
    first = box.cli("show call active voice").split("\n GENERIC:")[1]
    return {words: int(n) for n, words in re.findall(r"^PacketsDropped=(\d+) (.*)$", first, re.M)}


def check_dropped(box, kind, send, least=COPIES):
    """send() makes the counter of this kind rise by all that it sends."""
    before = dropped(box).get(kind, 0)
    send()
    b.wait_for("%d packets dropped as: %s" % (least, kind), 5,
               lambda: dropped(box).get(kind, 0) - before >= least)
    assert dropped(box)[kind] - before == least, (kind, before, dropped(box))


def attacked(lab, box):
    """Plain, copied and forged packets, from the phone's own port, another port, another host."""
    port, target, packet = attack.overhear(lab.host(BOX), PHONE_A, 3)[2]
    phone, leg = (PHONE_A, port), (BOX, target)
    host, stranger = lab.host(PHONE_A), lab.host(PHONE_C)
    for what, kind in ((attack.plain(packet), "plain RTP where SRTP is agreed"),
                       (packet, "replayed"), (attack.forged(packet), "not authentic")):
        check_dropped(box, kind, lambda: attack.send_as(host, phone, leg, [what] * COPIES))
        check_dropped(box, "from another source",
                      lambda: attack.send_from_port(host, leg, [what] * COPIES))
        check_dropped(box, "from another source",
                      lambda: attack.send_from_port(stranger, leg, [what] * COPIES))
    assert re.search(r" %d +%d .*%s +NO" % (target, port, PHONE_A),
                     box.cli("show voip rtp connections"))


def media():
    """What is not the peer's SRTP is dropped, counted, and changes nothing."""
    with Lab(workers=3) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, srtp="srtp") + caller(200, srtp="srtp"))
        a = lab.phone(PHONE_A, "1000", 1000)
        c = lab.phone(PHONE_B, "2000", 700, auto=True)
        a.dial(lab.uri("2000"))
        a.wait(b"Call established")
        time.sleep(0.7)
        attacked(lab, box)
        talk(a, c, 1.2)
        no_calls(box)


# ---- configurations ----------------------------------------------------------------------------------------


def refused_call(lab, box, a, tls, reason):
    a.dial(lab.uri("2000", tls))
    a.wait(b"session closed")
    no_calls(box)
    found = re.search("DisconnectReason=.*" + reason, last_call(box))
    assert found, "not for this reason (%s): %s" % (reason, last_call(box))


def keys_in_clear():
    """SRTP keys over UDP: not taken, and not sent."""
    with Lab() as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False, srtp="srtp")
                      + caller(200, srtp="srtp"))
        a = lab.phone(PHONE_A, "1000", 1000, tls=False, media="srtp-mand")
        refused_call(lab, box, a, False, "SRTP keys would travel in clear")
        a.stop()
        a = lab.phone(PHONE_A, "1000", 1000)
        with b.Capture(lab.dir, "udp", "eth0", lab.host(BOX)) as wire:
            refused_call(lab, box, a, True, "SRTP keys would travel in clear")
        assert not wire.fields("udp.payload", display='udp contains "inline:"')


def sips_over_udp():
    """`url sips' towards a next hop that is not TLS."""
    with Lab() as lab:
        box = lab.box(peer(100, "2...", PHONE_B, tls=False, more="voice-class sip url sips")
                      + caller(200, srtp="srtp"))
        refused_call(lab, box, lab.phone(PHONE_A, "1000", 1000), True,
                     "dial-peer 100 is to send 'url sips' but its next hop is not TLS")


def killed_terminal():
    """kill -9 of a terminal that prints debugs while a call is up."""
    with Lab(workers=3) as lab:
        box = lab.box(peer(100, "2...", PHONE_B, srtp="srtp") + caller(200, srtp="srtp"))
        a = lab.phone(PHONE_A, "1000", 1000)
        c = lab.phone(PHONE_B, "2000", 700, auto=True)
        master, slave = pty.openpty()
        terminal = subprocess.Popen([os.path.join(box.build, "parapet"), "--socket", box.socket],
                                    stdin=slave, stdout=slave, stderr=slave)
        os.write(master, b"enable\rdebug ccsip messages\rterminal monitor\r")
        box.cli("debug ccsip messages")
        a.dial(lab.uri("2000"))
        a.wait(b"Call established")
        terminal.send_signal(signal.SIGKILL)
        assert terminal.wait(5) == -signal.SIGKILL
        os.close(slave)
        os.close(master)
        talk(a, c, 1.2)
        no_calls(box)


play("refused", [clients, server, media, keys_in_clear, sips_over_udp, killed_terminal])
