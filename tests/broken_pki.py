#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates broken in every way, shown to the box by openssl's client and server: each handshake fails for
its one reason, in one sentence, and `crypto pki what-if' says the same without a handshake.  broken_pki.py [NAME...]"""

import functools
import http.server
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import number, play  # noqa: E402
from pki import LEAF_EXTENSIONS, Forge  # noqa: E402

CONFIG = """hostname edge1
voice service voip
 ip address trusted list
  ipv4 127.0.0.0 255.0.0.0
 sip
  listen-port secure 5061
voice class tls-profile 1
 trustpoint edge
 cn-san validate bidirectional
 cn-san 1 sbc1.carrier.example.com
 cn-san 2 *.wild.example.com
voice class tls-profile 2
 trustpoint edge
 compatibility rsa-1024
 compatibility sha-1
voice class tls-profile 3
 trustpoint edge
 compatibility rsa-1024
voice class tls-profile 4
 trustpoint edge
 compatibility sha-1
voice class tls-profile 6
 trustpoint edge
 compatibility rsa-1024 until 2020-01-01
 compatibility sha-1 until 2099-12-31
 compatibility tls-1.1 until 2020-02-01
sip-ua
 crypto signaling remote-addr 127.0.0.6 255.255.255.255 tls-profile 6
 crypto signaling remote-addr 127.0.0.5 255.255.255.255 tls-profile 4
 crypto signaling remote-addr 127.0.0.2 255.255.255.255 tls-profile 1
 crypto signaling remote-addr 127.0.0.3 255.255.255.255 tls-profile 2
 crypto signaling remote-addr 127.0.0.4 255.255.255.255 tls-profile 3
 crypto signaling default trustpoint edge
"""
PORT = 15061
SHOW = "show sip-ua tls handshake-failures last 1"


class Fixture:
    """says: of the peer as client and as server; `client', `server': where they differ."""

    def __init__(self, name, chain, says=None, client=None, server=None, at="127.0.0.1", host=None):
        self.name, self.chain, self.at, self.host = name, chain, at, host
        self.client, self.server = client or says, server or says


def leaf(extra="", usage="digitalSignature,keyEncipherment", eku="serverAuth,clientAuth"):
    return "basicConstraints=CA:FALSE\nkeyUsage=%s\nextendedKeyUsage=%s\n%s" % (usage, eku, extra)


def san(names):
    return leaf("subjectAltName=" + names)


GOOD = "good"


def times(f, root):
    old = f.make("old.example.com", root, end="20210101000000Z", start="20200101000000Z")
    new = f.make("new.example.com", root, start="20390101000000Z")
    old_ca = f.ca("Old Issuing CA", root, start="20200101000000Z", end="20210101000000Z")
    under = f.make("under.example.com", old_ca)
    span = r": it is valid from \d\d:\d\d:\d\d UTC Jan 1 2020 to \d\d:\d\d:\d\d UTC Jan 1 2021, and the clock of " \
           r"this box says .*: renew the certificate, or set the clock that is wrong"
    return [
        Fixture("expired", [old], r"the peer's certificate CN=old.example.com \(serial %s\) has expired" % old.serial
                + span),
        Fixture("not yet valid", [new], r"certificate CN=new.example.com \(serial %s\) is not valid yet: it is valid "
                r"from \S+ UTC Jan 1 2039 to" % new.serial),
        Fixture("expired intermediate", [under, old_ca], r"certificate CN=under.example.com \(serial %s\) depends on "
                r"CN=Old Issuing CA \(serial %s\), which has expired" % (under.serial, old_ca.serial) + span),
    ]


def chains(f, root):
    one = f.ca("Issuing CA 1", root)
    two = f.ca("Issuing CA 2", one)
    deep = f.make("deep.example.com", two)
    stranger = f.ca("Unknown Root")
    strange = f.make("strange.example.com", stranger)
    again = f.ca("Root CA")                             # the name of ours, another key
    copied = f.make("copied.example.com", again)
    new_root = f.ca("New Root")
    crossed = f.ca("New Root", root, key=new_root.key)
    cross = f.make("cross.example.com", new_root)
    alone = f.make("alone.example.com")
    no_ca = f.make("leaf-that-issues.example.com", root)
    below = f.make("below.example.com", no_ca)
    no_sign = f.ca("CA without certSign", root, extensions="basicConstraints=critical,CA:TRUE\n"
                   "keyUsage=critical,cRLSign")
    unsigned = f.make("unsigned.example.com", no_sign)
    unknown = r"was issued by CN=Issuing CA 2, which no trustpoint holds: authenticate that CA in a trustpoint, or have the peer " \
        r"send its whole chain$"
    return [
        Fixture("good", [f.make("good.example.com", root)], GOOD),
        Fixture("two intermediates", [deep, two, one], GOOD),
        Fixture("misordered", [deep, one, two], GOOD),
        Fixture("duplicate", [deep, two, two, one], GOOD),
        Fixture("root sent too", [deep, two, one, root], GOOD),
        Fixture("intermediate missing", [deep], r"certificate CN=deep.example.com \(serial \w+\) " + unknown),
        Fixture("upper intermediate missing", [deep, two], r"depends on CN=Issuing CA 2 \(serial %s\), which was "
                r"issued by CN=Issuing CA 1, which no trustpoint holds" % two.serial),
        Fixture("wrong CA", [strange], r"was issued by CN=Unknown Root, which no trustpoint holds"),
        Fixture("unknown root sent", [strange, stranger], r"leads to the root CA CN=Unknown Root \(serial %s\), which "
                r"no trustpoint holds: authenticate that CA" % stranger.serial),
        Fixture("same name, other key", [copied], r"trustpoint root holds a CA of that name, but another key: was the "
                r"CA renewed\?"),
        Fixture("cross-signed", [cross, crossed], GOOD),
        Fixture("self-signed", [alone], r"certificate CN=alone.example.com \(serial %s\) is self-signed and no "
                r"trustpoint holds it: authenticate exactly this certificate" % alone.serial),
        Fixture("issued by a leaf", [below, no_ca], r"depends on CN=leaf-that-issues.example.com \(serial \w+\), which "
                r"is not a CA certificate and may issue none"),
        Fixture("CA without certSign", [unsigned, no_sign], r"CA without certSign \(serial \w+\), which is not a CA "
                r"certificate and may issue none"),
        Fixture("damaged signature", [f.damaged(f.make("damaged.example.com", root))], r"is not what CN=Root CA "
                r"signed: its signature is wrong, so it is damaged or forged"),
    ]


def rules(f, root):
    short = f.ca("Short CA", root, extensions="basicConstraints=critical,CA:TRUE,pathlen:0\n"
                 "keyUsage=critical,keyCertSign,cRLSign")
    under = f.ca("Too Deep CA", short)
    deep = f.make("too-deep.example.com", under)
    fenced = f.ca("Fenced CA", root, more="\nnameConstraints=critical,permitted;DNS:example.org")
    outside = f.make("outside.example.com", fenced, extensions=san("DNS:outside.example.com"))
    strange = f.make("critical.example.com", root, extensions=leaf("1.2.3.4.5=critical,DER:0500"))
    wrong = r"may not be used as a TLS %s: its extended key usage \(%s\) lacks %s: have it reissued with Server " \
            r"Auth and Client Auth"
    return [
        Fixture("path length", [deep, under, short], r"Short CA \(serial \w+\), which has more CAs below it than its "
                r"path length allows"),
        Fixture("name constraints", [outside, fenced], r"certificate CN=outside.example.com \(serial \w+\) has a name "
                r"that its CA may not certify"),
        Fixture("critical extension", [strange], r"has a critical extension that is not understood here, so it may "
                r"not be used \(1\.2\.3\.4\.5\)"),
        Fixture("server only", [f.make("s.example.com", root, extensions=leaf(eku="serverAuth"))],
                server=GOOD, client=wrong % ("client", "Server Auth", "Client Auth")),
        Fixture("client only", [f.make("c.example.com", root, extensions=leaf(eku="clientAuth"))],
                client=GOOD, server=wrong % ("server", "Client Auth", "Server Auth")),
        Fixture("neither", [f.make("m.example.com", root, extensions=leaf(eku="emailProtection"))],
                client=wrong % ("client", ".*", "Client Auth"), server=wrong % ("server", ".*", "Server Auth")),
        Fixture("key usage", [f.make("u.example.com", root, extensions=leaf(usage="cRLSign"))],
                r"has a key usage \(02000000\) that does not fit a TLS (client|server)"),
    ]


def strengths(f, root):
    weak_ca = f.ca("Weak CA", root, kind="rsa:1024")
    under = f.make("under-weak.example.com", weak_ca)
    small = f.make("small.example.com", root, kind="rsa:1024")
    sha1 = f.make("sha1.example.com", root, kind="rsa:2048", md="sha1")
    old = f.make("cucm9.example.com", root, kind="rsa:1024", md="sha1")
    short = f.make("cucm9-short.example.com", root, kind="rsa:1024")
    return [
        Fixture("RSA 1024", [small], r"certificate CN=small.example.com \(serial \w+\) has a key of 1024 bits, which is "
                r"too weak: have it reissued"),
        Fixture("RSA 1024, allowed", [small], GOOD, at="127.0.0.4"),
        Fixture("weak CA", [under, weak_ca], r"Weak CA \(serial \w+\), which has a key of 1024 bits, which is too weak"),
        Fixture("SHA-1", [sha1], r"is signed with a hash that is too weak \(SHA256 is the least\)"),
        Fixture("SHA-1 where only RSA 1024 is allowed", [sha1], r"is signed with a hash that is too weak",
                at="127.0.0.4"),
        Fixture("an old call manager, allowed", [old], GOOD, at="127.0.0.3"),
        Fixture("RSA 1024 where only SHA-1 is allowed", [short], r"has a key of 1024 bits, which is too weak: have it "
                r"reissued, or allow it for that peer alone \(compatibility rsa-1024", at="127.0.0.5"),
        Fixture("RSA 1024, allowed once", [small], r"has a key of 1024 bits, which is too weak: .*; compatibility rsa-1024 of "
                r"voice class tls-profile 6 has ended on 2020-01-01$", at="127.0.0.6"),
        Fixture("SHA-1, allowed until later", [sha1], GOOD, at="127.0.0.6"),
        Fixture("RSA 2048", [f.make("rsa.example.com", root, kind="rsa:2048")], GOOD),
        Fixture("RSA 4096", [f.make("rsa4.example.com", root, kind="rsa:4096")], GOOD),
        Fixture("RSA-PSS key", [f.make("pss.example.com", root, kind="pss:2048")], GOOD),
        Fixture("P-384", [f.make("p384.example.com", root, kind="ec:P-384", md="sha384")], GOOD),
        Fixture("P-521", [f.make("p521.example.com", root, kind="ec:P-521", md="sha512")], GOOD),
    ]


def pins(f, root):
    del root
    pinned = f.make("pinned.example.com")
    old = f.make("pinned-old.example.com", start="20200101000000Z", end="20210101000000Z")
    return [
        Fixture("pinned", [pinned], GOOD),
        Fixture("pinned, renewed", [f.make("pinned.example.com")], r"trustpoint pin holds another certificate of that "
                r"name, serial %s, and trusts only that one: was the peer's renewed\?" % pinned.serial),
        Fixture("pinned, expired", [old], r"certificate CN=pinned-old.example.com \(serial \w+\) has expired"),
    ], [("pin", pinned), ("pin-old", old)], []


def names(f, root):
    """The peer at 127.0.0.2 has to be sbc1.carrier.example.com, or a host of wild.example.com."""
    def one(name, names_of, says, **how):
        return Fixture(name, [f.make(how.pop("cn", "x.example.com"), root, extensions=san(names_of) if names_of
                                     else LEAF_EXTENSIONS)], says, at="127.0.0.2", **how)
    return [
        one("SAN", "DNS:other.example.com,DNS:sbc1.carrier.example.com", GOOD),
        one("SAN in capitals", "DNS:SBC1.Carrier.Example.COM", GOOD),
        one("common name", "", GOOD, cn="sbc1.carrier.example.com"),
        one("SIP URI", "URI:sip:sbc1.carrier.example.com", GOOD),
        one("wildcard certificate", "DNS:*.carrier.example.com", GOOD),
        one("wildcard configured", "DNS:a.wild.example.com", GOOD),
        one("wildcard of two labels", "DNS:a.b.wild.example.com", r"is for a\.b\.wild\.example\.com, and not for "),
        one("wildcard of everything", "DNS:*.com", r"is for \*\.com, and not for "),
        one("part of a label", "DNS:sb*.carrier.example.com", r"is for sb\*\.carrier\.example\.com, and not for "),
        one("name mismatch", "DNS:other.example.com", r"certificate CN=x.example.com \(serial \w+\) is for "
            r"other.example.com, and not for .*sbc1.carrier.example.com or \*\.wild\.example\.com: configure the right "
            r"name, or have the certificate reissued"),
        one("the address that is called", "IP:127.0.0.2", None, server=GOOD, client=r"is for 127.0.0.2, and not for"),
        one("the name that is called", "DNS:called.example.com", None, server=GOOD,
            client=r"is for called.example.com, and not for", host="called.example.com"),
    ]


def maps(f, root):
    """Certificate maps: who is meant, for whom an exception is made, and the usages that are asked for."""
    del root
    tight, loose, used = (f.ca(n) for n in ("Tight CA", "Loose CA", "Usage CA"))
    way = dict(start="20200101000000Z", end="20210101000000Z")
    dead = leaf("crlDistributionPoints=URI:http://127.0.0.1:%d/dead.crl" % DEAD)
    fits = f.make("a", tight, subject="/O=Voice/CN=trunk1.example.com", extensions=san("DNS:t.example.com"))
    other = f.make("b", tight, subject="/O=Data/CN=trunk2.example.com", extensions=san("DNS:t.example.com"))
    named = f.make("c", tight, subject="/O=Voice/CN=trunk3.example.com", extensions=san("DNS:other.example.org"))
    late = f.make("d", tight, subject="/O=Voice/CN=trunk4.example.com", end="20280101000000Z",
                  extensions=san("DNS:t.example.com"))
    old = f.make("old.example.com", loose, **way)
    older = f.make("older.example.com", loose, extensions=LEAF_EXTENSIONS, **way)
    legacy = f.make("legacy.example.com", loose, **way)
    spared = f.make("spared.example.com", loose, extensions=dead)
    asked = f.make("asked.example.com", loose, extensions=dead)
    mail = f.make("mail.example.com", used, extensions=leaf(eku="serverAuth,clientAuth,emailProtection"))
    no_map = r"certificate CN=%s \(serial \w+\) does not fit certificate map CARRIER: rule '%s' of sequence 10 does not " \
             r"hold, for it is %s \(match certificate of trustpoint tight\): another peer was expected, or the map has to"
    lines = "none\n match certificate CARRIER\n", \
        "crl\n match certificate LEGACY allow expired-certificate\n match certificate SPARED skip revocation-check\n", \
        "none\n match eku client-auth email-protection\n"
    rules_of = "crypto pki certificate map CARRIER 10\n subject-name co o = voice\n alt-subject-name eq T.example.com\n" \
        " expires-on ge Jan 1 2030\ncrypto pki certificate map CARRIER 100\n serial-number eq 00\n" \
        "crypto pki certificate map LEGACY 5\n subject-name eq cn=old.example.com\n" \
        "crypto pki certificate map LEGACY 20\n subject-name eq cn=legacy.example.com\n" \
        "crypto pki certificate map SPARED 10\n name co spared\n name co old.ex\n" \
        "crypto pki certificate map SPARED 20\n name co spared\n" \
        "crypto pki certificate map SPARED 30\n valid-start lt Jan 1 2024\n"
    return [
        Fixture("fits the map", [fits], GOOD),
        Fixture("subject does not fit", [other], no_map % ("trunk2.example.com", "subject-name co o = voice",
                                                           "cn=trunk2.example.com,o=Data")),
        Fixture("SAN does not fit", [named], no_map % ("trunk3.example.com", "alt-subject-name eq T.example.com",
                                                       "other.example.org")),
        Fixture("ends too early", [late], no_map % ("trunk4.example.com", "expires-on ge Jan 1 2030",
                                                    "Jan  1 00:00:00 2028 UTC")),
        Fixture("expired, allowed", [old], GOOD),
        Fixture("expired, allowed by the second sequence", [legacy], GOOD),
        Fixture("expired, not allowed", [older], r"certificate CN=older.example.com \(serial \w+\) has expired"),
        Fixture("revocation skipped", [spared], GOOD),
        Fixture("revocation not skipped", [asked], r"CN=asked.example.com \(serial \w+\) may be revoked, which cannot"),
        Fixture("usages", [mail], GOOD),
        Fixture("a usage is missing", [f.make("plain.example.com", used)], r"certificate CN=plain.example.com \(serial "
                r"\w+\) lacks the extended key usage Email Protection, which trustpoint used asks for: have it reissued"),
    ], [("tight", tight, lines[0] + rules_of), ("loose", loose, lines[1]), ("used", used, lines[2])], []


WEB, DEAD, OCSP, FOREIGN_OCSP = 15080, 15081, 15082, 15083
SOFT = "root-soft"


class Web:
    """A directory by HTTP."""

    def __init__(self, directory):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *said):
                pass
        handler = functools.partial(Quiet, directory=directory)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", WEB), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def kill(self):
        self.server.shutdown()
        self.server.server_close()


def responder(forge, port, ca, index, signer=None):
    """Debian's own OCSP responder."""
    signer = signer or ca
    return subprocess.Popen(["openssl", "ocsp", "-index", index, "-port", str(port), "-rsigner", signer.path, "-rkey",
                             signer.key, "-CA", ca.path, "-nmin", "60"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


class Replay:
    """An OCSP responder that has one answer for everybody."""

    def __init__(self, port, answer):
        class Same(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(200)
                self.send_header("Content-Type", "application/ocsp-response")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *said):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Same)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def kill(self):
        self.server.shutdown()
        self.server.server_close()


def answer_of(f, ca, cert, index, *how):
    """What a responder says of `cert', in DER."""
    request, answer = (os.path.join(f.dir, "ocsp." + n) for n in ("request", "answer"))
    b.openssl("ocsp", "-issuer", ca.path, "-cert", cert.path, *how, "-reqout", request)
    b.openssl("ocsp", "-index", index, "-rsigner", ca.path, "-rkey", ca.key, "-CA", ca.path, "-ndays", "60",
              "-reqin", request, "-respout", answer)
    with open(answer, "rb") as file:
        return file.read()


def responders(f, root):
    """ocsp url and ocsp disable-nonce of a trustpoint, crl cache, and match certificate ... override."""
    del root
    elsewhere, stale, ended = (f.ca(n) for n in ("Elsewhere CA", "Stale CA", "Ended CA"))
    moved = leaf("crlDistributionPoints=URI:http://127.0.0.1:%d/x\nauthorityInfoAccess=OCSP;URI:http://127.0.0.1:%d/" % (DEAD, DEAD))
    cdp, cdp_taken, asked_there, not_meant = (f.make(n + ".example.com", elsewhere, extensions=moved) for n in (
        "cdp-good", "cdp-revoked", "there-good", "unmeant"))
    f.crl(os.path.join(f.dir, "moved.crl"), elsewhere, [(cdp_taken, "superseded")])
    over = [f.make("over.example.com", ca, extensions=leaf("crlDistributionPoints=URI:http://127.0.0.1:%d/%s.crl" % (
        WEB, name))) for name, ca in (("stale", stale), ("ended", ended))]
    for name, ca in (("stale", stale), ("ended", ended)):
        f.crl(os.path.join(f.dir, name + ".crl"), ca, end=time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() - 3600)))
    asked, replayed, plain, signed, unkept = (f.ca(n) for n in ("URL CA", "Replay CA", "Plain CA", "Signed CA", "Fresh CA"))
    dead = leaf("authorityInfoAccess=OCSP;URI:http://127.0.0.1:%d/" % DEAD)
    good, taken = (f.make(n + ".example.com", asked, extensions=dead) for n in ("url-good", "url-revoked"))
    again, allowed, early = (f.make(n + ".example.com", ca, extensions=dead) for n, ca in (
        ("replayed", replayed), ("plain", plain), ("signed", signed)))
    fresh = f.make("fresh.example.com", unkept, extensions=leaf(
        "crlDistributionPoints=URI:http://127.0.0.1:%d/fresh.crl" % WEB))
    f.crl(os.path.join(f.dir, "fresh.crl"), unkept)
    servers = [Web(f.dir), responder(f, OCSP, asked, f.index([(taken, "keyCompromise")], [good])),
               Replay(FOREIGN_OCSP, answer_of(f, replayed, again, f.index([], [again]))),
               Replay(FOREIGN_OCSP + 1, answer_of(f, plain, allowed, f.index([], [allowed]))),
               responder(f, FOREIGN_OCSP + 3, elsewhere, f.index([], [asked_there])),
               Replay(FOREIGN_OCSP + 2, answer_of(f, signed, early, f.index([], [early]), "-no_nonce"))]
    url = "ocsp\n ocsp url http://127.0.0.1:%d/\n"
    return [
        Fixture("ocsp url, good", [good], GOOD),
        Fixture("ocsp url, revoked", [taken], r"is revoked: http://127.0.0.1:%d/: its CA has revoked it" % OCSP),
        Fixture("another nonce", [again], r"may be revoked, which cannot be found out \(OCSP: \S+: its answer has another "
                r"nonce than was asked with: it is an old one that somebody sends again, or the responder needs 'ocsp "
                r"disable-nonce'\)"),
        Fixture("another nonce, none was sent", [allowed], GOOD),
        Fixture("no nonce in the answer", [early], GOOD),
        Fixture("crl cache none", [fresh], GOOD),
        Fixture("override cdp, good", [cdp], GOOD),
        Fixture("override cdp, revoked", [cdp_taken], r"is revoked: CN=Elsewhere CA has revoked it on \S+ \(superseded\), says "
                r"the CRL at http://127.0.0.1:%d/moved.crl" % WEB),
        Fixture("override ocsp", [asked_there], GOOD),
        Fixture("override of another map", [not_meant], r"may be revoked, which cannot be found out \(CRL: \S+:%d/x: " % DEAD),
        Fixture("crl cache extend", [over[0]], GOOD),
        Fixture("not extended", [over[1]], r"may be revoked, which cannot be found out \(CRL: \S+: the CRL there has ended"),
    ], [("asked", asked, url % OCSP), ("replayed", replayed, url % FOREIGN_OCSP),
        ("plain", plain, url % (FOREIGN_OCSP + 1) + " ocsp disable-nonce\n"), ("signed", signed, url % (FOREIGN_OCSP + 2)),
        ("unkept", unkept, "crl\n crl cache none\n"), ("stale", stale, "crl\n crl cache extend 120\n"), ("ended", ended, "crl\n"),
        ("elsewhere", elsewhere, "crl ocsp\n"
         " match certificate CDP override cdp url http://127.0.0.1:%d/moved.crl\n"
         " match certificate THERE override ocsp url http://127.0.0.1:%d/\n"
         "crypto pki certificate map CDP 10\n name co cdp\n"
         "crypto pki certificate map THERE 10\n name co there\n" % (WEB, FOREIGN_OCSP + 3))], servers


def revocations(f, root):
    """CRLs and OCSP: good, revoked, dead, old, foreign; and what `none' behind them does."""
    del root
    def at(name, port=WEB):
        return "\ncrlDistributionPoints=URI:http://127.0.0.1:%d/%s" % (port, name)

    def ocsp(port):
        return leaf("authorityInfoAccess=OCSP;URI:http://127.0.0.1:%d/" % port)
    hard, soft, asked, both = (f.ca(n) for n in ("Hard CA", "Soft CA", "OCSP CA", "Both CA"))
    middle = f.ca("Revoked Issuing CA", hard, more=at("hard.crl"))
    good, taken = (f.make(n + ".example.com", hard, extensions=leaf(at("hard.crl"))) for n in ("crl-good", "crl-revoked"))
    under = f.make("under-revoked.example.com", middle, extensions=leaf(at("middle.crl")))
    old = f.make("crl-old.example.com", hard, extensions=leaf(at("old.crl")))
    foreign = f.make("crl-foreign.example.com", hard, extensions=leaf(at("foreign.crl")))
    dead = f.make("crl-dead.example.com", hard, extensions=leaf(at("dead.crl", DEAD)))
    missing = f.make("crl-missing.example.com", hard, extensions=leaf(at("missing.crl")))
    none = f.make("crl-none.example.com", hard)
    soft_dead = f.make("soft-dead.example.com", soft, extensions=leaf(at("dead.crl", DEAD)))
    soft_taken = f.make("soft-revoked.example.com", soft, extensions=leaf(at("soft.crl")))
    ocsp_good, ocsp_taken, ocsp_unknown = (f.make(n + ".example.com", asked, extensions=ocsp(OCSP))
                                           for n in ("ocsp-good", "ocsp-revoked", "ocsp-unknown"))
    ocsp_foreign = f.make("ocsp-foreign.example.com", asked, extensions=ocsp(FOREIGN_OCSP))
    ocsp_dead = f.make("ocsp-dead.example.com", asked, extensions=ocsp(DEAD))
    fallen = f.make("ocsp-dead-crl-good.example.com", both, extensions=ocsp(DEAD) + at("both.crl"))
    f.crl(os.path.join(f.dir, "hard.crl"), hard, [(taken, "keyCompromise"), (middle, "cessationOfOperation")])
    f.crl(os.path.join(f.dir, "middle.crl"), middle)
    f.crl(os.path.join(f.dir, "soft.crl"), soft, [(soft_taken, "superseded")])
    f.crl(os.path.join(f.dir, "both.crl"), both)
    f.crl(os.path.join(f.dir, "old.crl"), hard, start="20240101000000Z", end="20240201000000Z")
    f.crl(os.path.join(f.dir, "foreign.crl"), soft)
    index = f.index([(ocsp_taken, "keyCompromise")], [ocsp_good, ocsp_foreign])
    servers = [Web(f.dir)] + [responder(f, OCSP, asked, index), responder(f, FOREIGN_OCSP, asked, index, soft)]
    cannot = r"may be revoked, which cannot be found out \(%s\): put that right, or end the revocation-check " \
             r"of trustpoint \w+ with none"
    return [
        Fixture("CRL good", [good], GOOD),
        Fixture("CRL revoked", [taken], r"certificate CN=crl-revoked.example.com \(serial %s\) is revoked: CN=Hard CA has "
                r"revoked it on 2026-03-01 \(keyCompromise\), says the CRL at http://127.0.0.1:%d/hard.crl: the peer needs "
                r"a new one" % (taken.serial, WEB)),
        Fixture("intermediate revoked", [under, middle], r"depends on CN=Revoked Issuing CA \(serial %s\), which is "
                r"revoked: CN=Hard CA has revoked it on 2026-03-01 \(cessationOfOperation\)" % middle.serial),
        Fixture("CRL old", [old], cannot % r"CRL: \S+old.crl: the CRL there has ended: its CA has to publish a new one"),
        Fixture("CRL foreign", [foreign], cannot % r"CRL: \S+foreign.crl: the CRL there is not signed by this CA"),
        Fixture("CRL dead", [dead], cannot % r"CRL: \S+dead.crl: .*[Cc]onnect.*"),
        Fixture("CRL missing", [missing], cannot % r"CRL: \S+missing.crl: .*"),
        Fixture("no CRL", [none], cannot % r"CRL: it names no CRL distribution point"),
        Fixture("CRL dead, soft", [soft_dead], GOOD),
        Fixture("CRL revoked, soft", [soft_taken], r"is revoked: CN=Soft CA has revoked it on 2026-03-01 \(superseded\)"),
        Fixture("OCSP good", [ocsp_good], GOOD),
        Fixture("OCSP revoked", [ocsp_taken], r"is revoked: http://127.0.0.1:%d/: its CA has revoked it on 2026-03-01 "
                r"\(keyCompromise\)" % OCSP),
        Fixture("OCSP unknown", [ocsp_unknown], cannot % r"OCSP: \S+: it does not know the certificate"),
        Fixture("OCSP foreign", [ocsp_foreign], cannot % r"OCSP: \S+: its answer is not signed by this CA, or by whom it "
                r"has appointed"),
        Fixture("OCSP dead", [ocsp_dead], cannot % r"OCSP: \S+: .*[Cc]onnect.*"),
        Fixture("OCSP dead, CRL good", [fallen], GOOD),
    ], [("hard", hard, "crl"), (SOFT, soft, "crl none"), ("asked", asked, "ocsp"), ("both", both, "ocsp crl")], servers


# ---- handshakes ------------------------------------------------------------------------------------------------


def sentence(text):
    """Without the moment, which differs."""
    return re.sub(r"(clock of this box says )\S+ UTC \w+ \d+ \d+", r"\1NOW", text.strip())


def counted(box):
    return sum(int(n) for n in re.findall(r"handshake failures : (\d+)", box.cli(SHOW)))


def identity_options(forge, chain):
    return ["-cert", chain[0].path, "-key", chain[0].key] + \
        (["-cert_chain", forge.bundle(chain[1:])] if len(chain) > 1 else [])


def call_box(box, forge, fixture):
    """The peer is the client: GOOD, or the reason of the newest failure."""
    before = counted(box)
    command = ["openssl", "s_client", "-connect", "127.0.0.1:5061", "-bind", fixture.at + ":0", "-quiet",
               "-cipher", "ALL@SECLEVEL=0"] + identity_options(forge, fixture.chain)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as client:
        try:
            end = time.monotonic() + 10
            while time.monotonic() < end:
                if counted(box) > before:
                    said = box.cli(SHOW)
                    assert fixture.at in said and "called our listener on port 5061" in said, said
                    return sentence(re.search(r"(?m)^1\. .*\n  (.*)$", said).group(1))
                if re.search(r"Remote-Agent:%s, " % re.escape(fixture.at), box.cli(
                        "show sip-ua connections tcp tls detail")):
                    if "Established" in box.cli("show sip-ua connections tcp tls detail"):
                        return GOOD
                time.sleep(0.02)
            raise AssertionError("neither good nor refused: " + fixture.name)
        finally:
            client.stdin.close()
            client.kill()
            b.wait_for("the connection is gone", 10, lambda: "Remote-Agent" not in box.cli(
                "show sip-ua connections tcp tls detail"))


def called_by_box(box, forge, fixture, root):
    """The peer is the server: the verdict of `test sip-ua tls'."""
    command = ["openssl", "s_server", "-accept", "%s:%d" % (fixture.at, PORT), "-quiet", "-Verify", "5", "-CAfile",
               root.path, "-cipher", "ALL@SECLEVEL=0"] + identity_options(forge, fixture.chain)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as server:
        try:
            said = ""
            end = time.monotonic() + 10
            while time.monotonic() < end:
                said = box.type("test sip-ua tls %s:%d%s\n" % (fixture.at, PORT, " name " + fixture.host
                                                               if fixture.host else ""))
                if "nobody listens" not in said:
                    break
                time.sleep(0.02)
        finally:
            server.stdin.close()
            server.kill()
    if "The handshake is good" in said:
        return GOOD
    found = re.search(r"(?m)^% The handshake failed:\n  (.*)$", said)
    assert found, said
    return sentence(found.group(1))


def offline(box, fixture, role):
    line = "crypto pki what-if peer-chain as " + role
    profile = {"127.0.0.2": 1, "127.0.0.3": 2, "127.0.0.4": 3, "127.0.0.5": 4, "127.0.0.6": 6}.get(fixture.at)
    if profile:
        line += " profile %d" % profile
    if role == "server" and profile == 1:
        line += " name " + (fixture.host or fixture.at)
    said = box.type("%s\n%s\nquit\n" % (line, "".join(c.pem for c in fixture.chain)))
    if re.search(r"If (it calls us|we call it): good", said):
        return GOOD
    found = re.search(r"(?m)REFUSED: (.*)$", said)
    assert found, said
    return sentence(found.group(1))


def check(fixture, role, expected, said, how):
    good = said == GOOD if expected == GOOD else said != GOOD and re.search(expected, said)
    assert good, "%s, %s as %s: said\n  %s\nexpected\n  %s" % (fixture.name, how, role, said, expected)


def play_all(box, forge, made, root_of_ours):
    for fixture in made:
        live = call_box(box, forge, fixture)
        check(fixture, "client", fixture.client, live, "live")
        said = offline(box, fixture, "client")
        assert said == live, "%s: offline\n  %s\nlive\n  %s" % (fixture.name, said, live)
        live = called_by_box(box, forge, fixture, root_of_ours)
        check(fixture, "server", fixture.server, live, "live")
        said = offline(box, fixture, "server")
        assert said == live, "%s: offline\n  %s\nlive\n  %s" % (fixture.name, said, live)


def play_fixtures(make):
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG) as box:
        forge = Forge(work)
        root = forge.ca("Root CA")
        ours = b.CA(work, "Our CA")
        b.enroll(box, ours, "edge")
        made = make(forge, root)
        made, more, servers = made if isinstance(made, tuple) else (made, [], [])
        for name, cert, check in [("root", root, "none")] + [(m + ("none",))[:3] for m in more]:
            box.configure("crypto pki trustpoint %s\n enrollment terminal pem\n revocation-check %s\n" % (name, check))
            b.authenticate(box, name, cert.pem)
        peer_root = forge._file(ours.text(), "pem")
        root_of_ours = type(root)(peer_root, None, None, "ours")
        try:
            play_all(box, forge, made, root_of_ours)
        finally:
            for server in servers:
                server.kill()
        assert number(r"TLS server handshake failures : (\d+)", box.cli(SHOW)) == \
            sum(f.client != GOOD for f in made)


def broken_times():
    play_fixtures(times)


def broken_chains():
    play_fixtures(chains)


def broken_rules():
    play_fixtures(rules)


def broken_strengths():
    play_fixtures(strengths)


def ends():
    """What a class allows ends on its day: before that the verdict is another."""
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG) as box:
        forge = Forge(work)
        root = forge.ca("Root CA", start="20190101000000Z")
        b.enroll(box, b.CA(work, "Our CA"), "edge")
        box.configure("crypto pki trustpoint root\n enrollment terminal pem\n revocation-check none\n")
        b.authenticate(box, "root", root.pem)
        old = forge.make("old.example.com", root, kind="rsa:1024", start="20190101000000Z").pem
        for day, good in (("2019-12-31", True), ("2020-01-01", False)):
            said = box.type("crypto pki what-if peer-chain as client profile 6 at %s\n%squit\n" % (day, old))
            assert good == ("If it calls us: good" in said) and good != ("has ended on 2020-01-01" in said), said
        said = box.type("crypto pki what-if peer-chain profile 77\n")
        assert said.startswith("% voice class tls-profile 77 is not configured"), said
        said = box.cli("show crypto pki expiry")
        assert re.search(r"(?m)^ +-\d+ .*compatibility rsa-1024, voice class tls-profile 6: ENDED$", said), said


def broken_pins():
    play_fixtures(pins)


def broken_names():
    play_fixtures(names)


def broken_maps():
    play_fixtures(maps)


def broken_responders():
    play_fixtures(responders)


def broken_revocations():
    play_fixtures(revocations)


# ---- explained ---------------------------------------------------------------------------------------------------

PEER = "dial-peer voice 100 voip\n destination-pattern 1...\n session protocol sipv2\n" \
    " session target ipv4:127.0.0.1:15061\n session transport tcp tls\n"


def told():
    """What the shows make of it: who gave up, both offers, the chains, what ends when and what it stops."""
    with tempfile.TemporaryDirectory() as work, b.Box(CONFIG + PEER) as box:
        forge = Forge(work)
        root = forge.ca("Root CA")
        top = forge.ca("Our Root")
        middle = forge.ca("Our Issuing CA", top, more="\nauthorityInfoAccess=caIssuers;URI:http://ca.example/up.crt",
                          kind="rsa:2048")
        ours = b.CA(work, "Our CA")
        ours.pem, ours.key = middle.path, middle.key    # whose root no trustpoint holds
        b.enroll(box, ours, "edge")
        box.configure("crypto pki trustpoint root\n enrollment terminal pem\n revocation-check none\n")
        b.authenticate(box, "root", root.pem)
        expired = forge.ca("Expired CA", root, start="20200101000000Z", end="20210101000000Z")
        leaf_of_it = forge.make("leaf.example.com", expired)
        soon = forge.make("soon.example.com", root, end=time.strftime(
            "%Y%m%d000000Z", time.gmtime(time.time() + 12 * 86400)))
        box.type("debug crypto pki validation\ndebug crypto pki api\ndebug crypto pki callbacks\n")
        call_box(box, forge, Fixture("expired", [leaf_of_it, expired]))
        for words in (r"CRYPTO_PKI_OPSSL context of trustpoint edge as server: made", r"TLS asks for a verdict on CN=leaf",
                      r"CRYPTO_PKI: \(([0-9A-F]{5})\) Adding peer certificate", r"Added x509 peer certificate -\(\d{3}\) "
                      r"bytes", r"validation path has 2 certs", r"Certificate validation failed: the peer's certificate "
                      r"CN=leaf.example.com .* has expired"):
            box.wait_log(words)
        said = box.cli("show sip-ua tls handshake-failures detail")
        for words in (r"127\.0\.0\.1:\d+ called our listener on port 5061", r"We gave up: alert certificate expired "
                      r"\(45\) was sent",
                      r"as it was received \(>> the certificate that failed\):\n      \[0\] CN=leaf.example.com .*\n.*\n"
                      r"    >>\[1\] CN=Expired CA \(serial %s\)\n        issued by CN=Root CA, valid to 00:00:00 UTC "
                      r"Jan 1 2021" % expired.serial, r"Try: show clock"):
            assert re.search(words, said), "%s is not in\n%s" % (words, said)
        assert call_box(box, forge, Fixture("soon", [soon])) == GOOD
        box.wait_log(r"chain cert was anchored to trustpoint root, and chain validation result was: "
                     r"CRYPTO_VALID_CERT_WITHOUT_REVOCATION")
        box.wait_log(r"Validation TP is root(.|\n)*Certificate validation succeeded")
        said = rejected(box, forge, soon)
        for word in (r"The peer gave up: alert unknown CA \(48\) was received", r"Ours, as it was sent:\n      \[0\] CN=box."
                     r"example.com .*\n.*issued by CN=Our Issuing CA", r"\[1\] CN=Our Issuing CA", r"the issuer of CN=Our "
                     r"Issuing CA, CN=Our Root, is in no trustpoint here: if it is an intermediate CA, .* its address is "
                     r"http://ca.example/up.crt", r"Try: show crypto pki chain"):
            assert re.search(word, said), "%s is not in\n%s" % (word, said)
        said = box.cli("show crypto pki chain edge")
        assert re.search(r"  CN=box.example.com .*\n +sent, our certificate, .*\n +\+- CN=Our Issuing CA .*\n +sent, "
                         r"intermediate CA, .*\n  MISSING: the issuer of CN=Our Issuing CA, CN=Our Root,", said), said
        said = box.cli("show crypto pki usage")
        assert re.search(r"Trustpoint edge:\n  as client  dial-peers 100\n", said), said
        assert re.search(r"Trustpoint root:\n  vouches    for peers 127\.0\.0\.1\n", said), said
        said = [line for line in box.cli("show crypto pki expiry").splitlines() if ": ENDED" not in line]
        assert re.match(r" +1[12]  00:00:00 UTC \w+ \d+ \d+ +CN=soon.example.com \(serial %s\), peer 127\.0\.0\.1$"
                        % soon.serial, said[1]) and "then stops dial-peers 100" in said[2], said
        assert "127.0.0.1, which calls us: the peer's certificate CN=soon" in box.cli("crypto pki what-if remove root")
        assert "dial-peer 100: it calls with" in box.cli("crypto pki what-if remove edge")
        said = box.cli("crypto pki validate edge name box.example.com")
        assert said.count("good: it leads to trustpoint edge, and is for box.example.com") == 2, said
        said = box.type("crypto pki validate edge as server name other.example.com at 2040-01-01\n")
        assert "REFUSED: our certificate CN=box.example.com" in said and "the question is of 12:00:00 UTC Jan 1 2040" \
            in said and "% The certificate of edge will not do" in said, said
        assert "is no date" in box.type("crypto pki validate edge at yesterday\n")


def rejected(box, forge, cert):
    """What `test sip-ua tls' says of a server that does not know our CA."""
    command = ["openssl", "s_server", "-accept", "127.0.0.1:%d" % PORT, "-quiet", "-Verify", "5", "-verify_return_error",
               "-no-CApath", "-no-CAstore", "-CAfile", forge.ca("Nobody").path] + identity_options(forge, [cert])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as server:
        try:
            said = "nobody listens"
            end = time.monotonic() + 10
            while "nobody listens" in said and time.monotonic() < end:
                said = box.type("test sip-ua tls 127.0.0.1:%d\n" % PORT)
            return said
        finally:
            server.stdin.close()
            server.kill()


if __name__ == "__main__":
    play("broken", [told, ends, broken_times, broken_chains, broken_rules, broken_strengths, broken_pins, broken_names,
                    broken_maps, broken_revocations, broken_responders])
