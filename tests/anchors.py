#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What vouches for a peer beside a trustpoint's own certificate, with openssl as the peer: a CRL that was carried here, the
exception of a certificate map, the trustpool.  anchors.py [NAME...]"""

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from broken_pki import CONFIG, DEAD, GOOD, WEB, Fixture, Web, b, call_box, check, identity_options, leaf, offline  # noqa: E402
from lab import play  # noqa: E402
from pki import Forge  # noqa: E402


def imported():
    """A CRL by hand: refused when it is not of the CA or has ended, kept over a restart, used without the network."""
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG) as box:
        forge = Forge(work)
        ca, other = forge.ca("Far CA"), forge.ca("Other CA")
        b.enroll(box, b.CA(work, "Our CA"), "edge")
        dead = leaf("crlDistributionPoints=URI:http://127.0.0.1:%d/dead.crl" % DEAD)
        good, taken = (forge.make(n + ".example.com", ca, extensions=dead) for n in ("far-good", "far-revoked"))
        box.configure("crypto pki trustpoint far\n enrollment terminal pem\n revocation-check crl\n")
        path = os.path.join(work, "far.crl")

        def bring(issuer, revoked=(), **when):
            forge.crl(path, issuer, revoked, **when)
            with open(path + ".pem") as f:
                return box.type("configure terminal\ncrypto pki import far crl terminal\n%s\nquit\n" % f.read())
        said = bring(ca)
        assert "% Trustpoint far has no CA certificate" in said, said
        b.authenticate(box, "far", ca.pem)
        cannot = r"CN=far-good.example.com .* may be revoked, which cannot be found out \(CRL: \S+dead.crl"
        assert re.search(cannot, offline(box, Fixture("far", [good]), "client"))
        assert "and not signed by the CA of trustpoint far" in bring(other)
        assert "% The CRL is not imported: the CRL has ended" in bring(ca, end="20250201000000Z")
        assert "this is no CRL" in box.type("configure terminal\ncrypto pki import far crl terminal\nbm8gQ1JM\nquit\n")
        said = bring(ca, [(taken, "keyCompromise")])
        assert "% The CRL is imported: 1 certificates are revoked; it is used until" in said, said
        revoked = r"is revoked: CN=Far CA has revoked it on 2026-03-01 \(keyCompromise\), says the CRL that was imported"
        for _ in range(2):
            assert call_box(box, forge, Fixture("far", [good])) == GOOD
            assert re.search(revoked, call_box(box, forge, Fixture("far", [taken])))
            assert re.search(revoked, offline(box, Fixture("far", [taken]), "server"))
            said = box.cli("show crypto pki crls")
            assert "Imported for trustpoint: far\n" in said and "CRL lists 1 revoked certificates" in said, said
            box.cli("write memory")
            box.stop(keep=True)
            box.start()
        assert "No CRL was imported for edge" in box.type("configure terminal\ncrypto pki import edge crl remove\n")
        box.cli("configure terminal", "crypto pki import far crl remove")
        assert "Imported for" not in box.cli("show crypto pki crls")
        assert re.search(cannot, offline(box, Fixture("far", [good]), "client"))


def onward():
    """`chain-validation': a CA that vouches by itself, and one that needs the trustpoint above it; live and offline."""
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG) as box:
        forge = Forge(work)
        root = forge.ca("Upper Root")
        other = forge.ca("Other Root")
        url = "\ncrlDistributionPoints=URI:http://127.0.0.1:%d/upper.crl" % WEB
        middle = forge.ca("Issuing CA", root, more=url)
        peer = Fixture("onward", [forge.make("onward.example.com", middle)])
        b.enroll(box, b.CA(work, "Our CA"), "edge")

        def says(expected, lines=""):
            if lines:
                box.configure(lines)
            for said in (call_box(box, forge, peer), offline(box, peer, "client"), offline(box, peer, "server")):
                assert said == GOOD if expected == GOOD else re.search(expected, said), said
        for name, ca in (("sub", middle), ("up", root), ("else", other)):
            if name != "up":
                box.configure("crypto pki trustpoint %s\n enrollment terminal pem\n revocation-check none\n" % name)
                b.authenticate(box, name, ca.pem)
        mode = "crypto pki trustpoint sub\n "
        says(GOOD)
        says(r"depends on CN=Issuing CA \(serial %s\) of trustpoint sub, which was issued by CN=Upper Root, which no trustpoint "
             r"holds" % middle.serial, mode + "chain-validation continue\n")
        said = box.cli("configure terminal", "crypto pki cert validate sub")
        assert "was issued by CN=Upper Root, which no trustpoint holds" in said and "sub is not valid" in said, said
        says(GOOD, mode + "chain-validation stop\n")
        box.configure("crypto pki trustpoint up\n enrollment terminal pem\n revocation-check none\n")
        b.authenticate(box, "up", root.pem)
        says(GOOD, mode + "chain-validation continue\n")
        says(GOOD, mode + "chain-validation continue up\n")
        says(r"depends on CN=Issuing CA \(serial %s\) of trustpoint sub, which may not vouch alone: trustpoint else holds no "
             r"certificate that has issued it \(chain-validation continue of trustpoint sub\)" % middle.serial,
             mode + "chain-validation continue else\n")
        web = Web(forge.dir)                            # what is between the two is asked about by the upper one
        try:
            forge.crl(os.path.join(forge.dir, "upper.crl"), root, [(middle, "keyCompromise")])
            says(r"depends on CN=Issuing CA \(serial %s\) of trustpoint sub, which is revoked: CN=Upper Root has revoked it"
                 % middle.serial, mode + "chain-validation continue up\ncrypto pki trustpoint up\n revocation-check crl\n")
            # the only trustpoint that counts for a peer still finds what stands above it, and that vouches for nobody
            box.configure("crypto pki trustpoint up\n revocation-check none\nvoice class tls-profile 4\n client-vtp sub\n")
            peer.at = "127.0.0.5"
            says(GOOD)
            below = forge.make("below.example.com", root)
            peer.chain = [below]
            says(r"CN=below.example.com \(serial %s\) was issued by CN=Upper Root, which trustpoint sub, the only one that "
                 r"counts here \(client-vtp\), does not hold: authenticate that CA in it, or take" % below.serial)
            box.configure("crypto pki trustpoint pin\n enrollment terminal pem\n revocation-check none\n")
            b.authenticate(box, "pin", below.pem)
            says(r"does not hold")
            peer.at = "127.0.0.1"
            says(GOOD, mode + "default chain-validation\n")
        finally:
            web.kill()


def forgiven():
    """An exception that was made is told where one looks: of a connection that stands, of a test, beforehand."""
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG) as box:
        forge = Forge(work)
        b.enroll(box, b.CA(work, "Our CA"), "edge")
        ca = forge.ca("Loose CA")
        old = forge.make("old.example.com", ca, start="20200101000000Z", end="20210101000000Z")
        box.configure("crypto pki trustpoint loose\n enrollment terminal pem\n revocation-check none\n"
                      " match certificate LEGACY allow expired-certificate\n"
                      "crypto pki certificate map LEGACY 10\n subject-name eq cn=old.example.com\n")
        b.authenticate(box, "loose", ca.pem)
        words = "has expired, which certificate map LEGACY of trustpoint loose allows"
        with subprocess.Popen(["openssl", "s_client", "-connect", "127.0.0.1:5061", "-quiet"]
                              + identity_options(forge, [old]), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as client:
            try:
                b.wait_for("it is shown", 10, lambda: "   its certificate " + words in
                           box.cli("show sip-ua connections tcp tls detail"))
            finally:
                client.stdin.close()
                client.kill()
        said = box.type("crypto pki what-if peer-chain as client\n%s\nquit\n" % old.pem)
        assert "good: it leads to trustpoint loose, though it " + words in said, said
        box.configure("no crypto pki certificate map LEGACY 10\n")     # the contexts follow the maps
        assert re.search(r"CN=old.example.com \(serial \w+\) has expired", call_box(box, forge, Fixture("old", [old])))


def pooled():
    """The trustpool vouches where no trustpoint does: by its policy, under its name, not for client-vtp; and cleaned."""
    vtp = CONFIG + " crypto signaling remote-addr 127.0.0.6 255.255.255.255 trustpoint edge client-vtp edge\n"
    with tempfile.TemporaryDirectory() as work, b.Box(vtp) as box:
        forge = Forge(work)
        b.enroll(box, b.CA(work, "Our CA"), "edge")
        public = forge.ca("Public CA")
        sub = forge.ca("Public Issuing CA", public)
        gone = forge.ca("Gone CA", start="20200101000000Z", end="20210101000000Z")
        crowd = [forge.ca("Crowd CA %d" % i, key=public.key) for i in range(40)]
        good = forge.make("pool.example.com", public)
        under = forge.make("under-pool.example.com", sub)
        path = os.path.join(work, "pool.pem")

        def fill(*certs):
            text = "".join(c.pem for c in certs)
            with open(path, "w") as f:
                f.write(text)
            return box.type("configure terminal\ncrypto pki trustpool import clean terminal\n%s\nquit\n" % text)

        def judged(chain, expected, at="127.0.0.1"):
            fixture = Fixture("pooled", chain, expected, at=at)
            live = call_box(box, forge, fixture)
            check(fixture, "client", expected, live, "live")
            if at == "127.0.0.1":
                assert offline(box, fixture, "client") == live
        unknown = r"CN=pool.example.com \(serial \w+\) was issued by CN=Public CA, which %s: authenticate that CA"
        judged([good], unknown % "no trustpoint holds")
        box.configure("crypto pki trustpool policy\n revocation-check none\n")
        assert "in the pool: 2" in fill(public, gone)
        judged([good], GOOD)
        judged([under, sub], GOOD)
        judged([under], r"was issued by CN=Public Issuing CA, which neither a trustpoint nor the trustpool holds")
        judged([forge.make("late.example.com", gone)], r"CN=Gone CA \(serial \w+\), which has expired")
        judged([good], unknown % r"trustpoint edge, the only one that counts here \(client-vtp\), does not hold", at="127.0.0.6")
        assert "Trustpool, 2 certificates:\n  vouches    for peers 127.0.0.1\n" in box.cli("show crypto pki usage")
        said = box.cli("show crypto pki expiry")
        assert re.search(r"CN=Public CA \(serial \w+\), the next of 1 in the trustpool\n +then stops peers 127", said), said
        said = box.cli("crypto pki what-if remove Trustpool")
        assert re.search(r"Without the Trustpool:\n  127.0.0.1, which calls us: .*no trustpoint holds", said), said
        assert "in the pool: 1" in fill(sub)
        judged([under], GOOD)
        box.configure("crypto pki trustpool policy\n chain-validation continue\n")
        judged([under], r"CN=under-pool.example.com \(serial \w+\) depends on CN=Public Issuing CA .*which was issued by "
               r"CN=Public CA, which neither a trustpoint nor the trustpool holds")
        box.configure("crypto pki trustpool policy\n chain-validation stop\n match certificate POOL\n"
                      "crypto pki certificate map POOL 10\n subject-name co trunk\n")
        judged([under], r"does not fit certificate map POOL: rule 'subject-name co trunk' of sequence 10 does not hold, for "
               r"it is cn=under-pool.example.com \(match certificate of the trustpool\)")
        box.configure("crypto pki trustpool policy\n no match certificate POOL\n revocation-check crl\n")
        judged([under], r"CN=under-pool.example.com \(serial \w+\) may be revoked, which cannot be found out \(CRL: it names")
        box.configure("crypto pki trustpool policy\n revocation-check none\n")
        assert "in the pool: 41" in fill(public, *crowd)
        judged([good], GOOD)
        box.cli("write memory")
        box.stop(keep=True)
        box.start()
        judged([good], GOOD)
        box.cli("configure terminal", "crypto pki trustpool clean")
        judged([good], unknown % "no trustpoint holds")


if __name__ == "__main__":
    play("anchors", [onward, imported, forgiven, pooled])
