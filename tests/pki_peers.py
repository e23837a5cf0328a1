#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many peers, and what is asked about them: two trunks to one address, thirty handshakes whose CRL nobody serves, and a
CRL that is followed by another one before it ends.  pki_peers.py [NAME...]"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import box as b  # noqa: E402
from broken_pki import CONFIG, DEAD, PORT, SHOW, WEB, Forge, Web, counted, identity_options, leaf  # noqa: E402
from lab import play  # noqa: E402


def tenants():
    """Two trunks to one address, each with an identity of its own: two connections, and none is taken for the other."""
    trunk = "dial-peer voice %d voip\n destination-pattern %d...\n session protocol sipv2\n session target " \
            "ipv4:127.0.0.1:15061\n session transport tcp tls\n voice-class sip tls-profile %d\n" \
            " voice-class sip options-keepalive\n"
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG.replace("sip-ua\n", "voice class tls-profile 7\n trustpoint "
                                                                     "other\nsip-ua\n", 1)) as box:
        forge = Forge(work)
        root, ours = forge.ca("Root CA"), b.CA(work, "Our CA")
        for name in ("edge", "other"):
            b.enroll(box, ours, name, cn=name + ".example.com")
        box.configure("crypto pki trustpoint root\n enrollment terminal pem\n revocation-check none\n")
        b.authenticate(box, "root", root.pem)
        server = subprocess.Popen(["openssl", "s_server", "-accept", "127.0.0.1:%d" % PORT, "-quiet", "-Verify", "5", "-naccept",
                                   "9", "-CAfile", ours.pem] + identity_options(forge, [forge.make("peer.example.com", root)]),
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            box.configure(trunk % (1, 1, 3) + trunk % (2, 2, 7))
            # openssl's server serves one after the other: each shows what is its own
            b.wait_for("two connections", 10, lambda: "Remote-Agent:127.0.0.1, Connections-Count:2" in box.cli(
                "show sip-ua connections tcp tls detail"))
            shown = set()
            for _ in range(2):
                said = box.cli("show sip-ua connections tcp tls detail")
                shown |= set(re.findall("we showed (\\w+)", said))
                box.cli("clear sip-ua tcp tls connection id " + re.search(r"(?m)^ +15061 +(\d+) Established", said).group(1))
                b.wait_for("the other's turn", 10, lambda: "Established" in box.cli(
                    "show sip-ua connections tcp tls detail"))
            assert shown == {"edge", "other"}, shown
            said = box.cli("show crypto pki usage")
            assert re.search(r"Trustpoint edge:\n  as client  dial-peers 1\n", said), said
            assert re.search(r"Trustpoint other:\n  as client  dial-peers 2\n", said), said
        finally:
            server.kill()


def early():
    """In the last tenth of a CRL's life the next one is fetched; where its server is away, the one that is here counts."""
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG) as box:
        forge = Forge(work)
        ca = forge.ca("Early CA")
        peer, taken = (forge.make(n + ".example.com", ca, extensions=leaf("crlDistributionPoints=URI:http://127.0.0.1:%d/early.crl"
                                                                          % WEB)) for n in ("early", "taken"))
        b.enroll(box, b.CA(work, "Our CA"), "edge")
        box.configure("crypto pki trustpoint early\n enrollment terminal pem\n revocation-check crl\n")
        b.authenticate(box, "early", ca.pem)

        def publish(revoked, before, after):
            times = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + s)) for s in (-before, after)]
            forge.crl(os.path.join(forge.dir, "early.crl"), ca, revoked, start=times[0], end=times[1])

        def judged(cert):
            return box.type("crypto pki what-if peer-chain as client\n%s\nquit\n" % cert.pem)

        def fetches():
            return int(re.search(r"CRL - fetch attempts: (\d+)", box.cli("show crypto pki counters")).group(1))
        publish([], 96, 12)                         # its last tenth begins in two seconds
        web = Web(forge.dir)
        try:
            assert "us: good: " in judged(taken) and fetches() == 1, judged(taken)
            publish([(taken, "keyCompromise")], 96, 17)
            assert "us: good: " in judged(taken) and fetches() == 1
            time.sleep(3)
            said = judged(taken)
            assert "is revoked" in said and fetches() == 2, said
        finally:
            web.kill()
        b.wait_for("its last tenth", 30, lambda: "us: good: " in judged(peer) and fetches() > 2)
        assert "us: good: " in judged(peer) and "is revoked" in judged(taken)


def crowd():
    """Thirty peers at once whose CRL nobody serves: each is refused in its turn, and calls do not wait for that."""
    answers = "dial-peer voice 900 voip\n destination-pattern 9..\n session protocol sipv2\n session target loopback:rtp\n codec g711ulaw\n"
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG + answers) as box:
        forge = Forge(work)
        hard = forge.ca("Hard CA")
        dead = forge.make("dead.example.com", hard, extensions=leaf("crlDistributionPoints=URI:http://127.0.0.1:%d/x" % DEAD))
        b.enroll(box, b.CA(work, "Our CA"), "edge")
        box.configure("crypto pki trustpoint hard\n enrollment terminal pem\n revocation-check crl\n")
        b.authenticate(box, "hard", hard.pem)
        with socket.create_server(("127.0.0.1", DEAD)):                         # it accepts, and says nothing
            clients = [subprocess.Popen(["openssl", "s_client", "-connect", "127.0.0.1:5061", "-quiet"] + identity_options(
                forge, [dead]), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                for _ in range(30)]
            time.sleep(1)
            began = time.monotonic()
            said = box.cli("csim start 900 duration 1")
            assert "failed = 0" in said, said
            assert time.monotonic() - began < 2 and counted(box) == 0
            said = box.cli("show crypto pki sessions")
            assert len(re.findall(r"(?m)^CRL +00:00:0\d  CN=dead\.example\.com +http://127\.0\.0\.1:%d/x$" % DEAD, said)) == 8, said
            assert said.endswith("Active sessions: 8\n"), said
            said = box.cli("show crypto pki counters")
            assert "Pending Validations: 8\n" in said and re.search(r"PKI Sessions Active: (8|[12]\d|30)\n", said), said
            b.wait_for("all are refused", 30, lambda: counted(box) == 30)
            assert "may be revoked, which cannot be found out (CRL: http://127.0.0.1:%d/x: " % DEAD in box.cli(SHOW)
            assert "Active sessions: 0\n" in box.cli("show crypto pki sessions")
            said = box.cli("show crypto pki counters")
            assert "PKI Sessions Started: 30\nPKI Sessions Ended: 30\nPKI Sessions Active: 0\n" in said, said
        for client in clients:
            client.stdin.close()
            client.kill()


if __name__ == "__main__":
    play("peers", [tenants, crowd, early])
