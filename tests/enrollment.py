#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enrollment over the network: a box asks its CA by SCEP and EST, and renews by itself.  The CA is another box, and
servers that were not made from our code (the openssl command; scepserver).  enrollment.py [NAME...]"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import box as b  # noqa: E402
from lab import play  # noqa: E402
from pki_server import Room, shorten  # noqa: E402
from scep import Responder  # noqa: E402

EDGE = """hostname edge9
ip domain name example.com
crypto pki trustpoint TP
 enrollment url http://127.0.0.1:80
 serial-number none
 ip-address none
 {more}
 subject-name cn=edge9.example.com,o=Example
 revocation-check none
 rsakeypair edge-key 2048
"""


def edge(more="", config=EDGE):
    return b.Box(config.format(more=more))


def authenticate(box, name="TP"):
    said = box.type("configure terminal\ncrypto pki authenticate %s\nyes\nend\n" % name)
    assert "Certificate has the following attributes:" in said and "Trustpoint CA certificate accepted." in said, said
    assert "successfully imported" not in said, said
    return said


def enroll(box, password="a-challenge", name="TP", answers="yes"):
    passwords = "%s\n%s\n" % (password, password) if password is not None else ""
    said = box.type("configure terminal\ncrypto pki enroll %s\n%s%s\nend\n" % (name, passwords, answers))
    assert not password or password not in said, said
    return said


def certificate(box, name="TP"):
    """The text of ours, as openssl reads it."""
    said = box.cli("show crypto pki certificates pem " + name)
    pems = re.findall(r"% General Purpose Certificate:\n(-----BEGIN.*?-----END CERTIFICATE-----\n)", said, re.S)
    if not pems:
        return None
    path = os.path.join(box.dir, "own.pem")
    with open(path, "w") as f:
        f.write(pems[0])
    return b.openssl("x509", "-in", path, "-noout", "-text")


def granted():
    """At once: dialogs, log, debugs, restart, and no password anywhere."""
    with Room("grant auto") as ca, edge() as box:
        box.configure("logging buffered 200000")
        box.cli(*("debug crypto pki " + what for what in ("transactions", "messages", "api", "callbacks", "scep")))
        authenticate(box)
        said = enroll(box)
        assert "% Certificate request sent to Certificate Authority\n" \
            "% The 'show crypto pki certificate verbose TP' commandwill show the fingerprint." in said, said
        text = certificate(box)
        assert text and "CN = edge9.example.com" in text and "CN = edge-ca" in text, text
        box.wait_log(r"%PKI-6-CERTRET: Certificate received from Certificate Authority")
        log, at = box.log(), 0
        for words in (r"CRYPTO_PKI: Sending CA Certificate Request:", r"CRYPTO_PKI: http connection opened to 127\.0\.0\.1 port 80",
                      r"CRYPTO_PKI: Sending HTTP message: GET /cgi-bin/pkiclient\.exe\?operation=GetCACert&message=TP",
                      r"CRYPTO_PKI: Reply HTTP header: HTTP/1\.0 200, Content-Type: application/x-x509-ca-cert",
                      r"CRYPTO_PKI: received msg of \d+ bytes", r"CRYPTO_PKI: msg received of trustpoint TP, \d+ bytes:",
                      r"308[0-9A-F]{5} ", r"CRYPTO_PKI: CA certificate received", r"CRYPTO_PKI: pki_get_ca of trustpoint TP: done",
                      r"CRYPTO_PKI_SCEP: Client received GetCACaps:.* POST", r"CRYPTO_PKI: pki request queued properly: trustpoint TP",
                      r"CRYPTO_PKI_SCEP: Client sending PKCSReq, transaction [0-9A-F]{32}", r"CRYPTO_PKI: msg sent of trustpoint TP",
                      r"Sending HTTP message: POST ", r"CRYPTO_PKI_SCEP: Client received CertRep - GRANTED",
                      r"CRYPTO_PKI: status = 100: certificate is granted", r"CRYPTO_PKI: certificate callback of trustpoint TP",
                      r"CRYPTO_PKI: All enrollment requests completed for trustpoint TP\.", r"CRYPTO_PKI: pki_enroll of trustpoint TP: done"):
            found = re.compile(words).search(log, at)
            assert found, (words, log[at:][:3000])
            at = found.end()
        assert b"a-challenge".hex().upper() not in log.replace(" ", "")
        box.cli("undebug all")
        box.cli("write memory")
        box.stop(keep=True)
        box.start()
        assert certificate(box) == text
        assert "a-challenge" not in box.log() + box.cli("show running-config") + ca.box.log()


class Peer(Responder):
    """The CA of openssl on 127.0.0.1: SCEP on 8080, EST on 8443."""

    def __init__(self):
        super().__init__(tempfile.mkdtemp(prefix="parapet-scep-"))
        self.listen(8080)
        self.listen(8443, "server")

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close()
        shutil.rmtree(self.dir, ignore_errors=True)


def to_peer(more="", url="http://127.0.0.1:8080/scep"):
    return edge(more, EDGE.replace("http://127.0.0.1:80\n", url + "\n"))


def password():
    """The CA wants the one that it has made, which the trustpoint has in its configuration."""
    with Room() as ca:
        made = re.search(r"Generated password: (\w+)", ca.box.cli("crypto pki server CA password generate 5")).group(1)
        with edge("password wrong-one") as box:
            authenticate(box)
            said = enroll(box, None)
            assert "% Certificate request refused: the CA refuses the request: badRequest: it does not grant this " \
                "request: ask its administrator for the challenge password" in said, said
            assert not certificate(box) and "None" in box.cli("show crypto pki trustpoints TP status")
            box.wait_log(r"%PKI-3-CERTREJECT: Certificate enrollment request was rejected by Certificate Authority")
            box.configure("crypto pki trustpoint TP\npassword %s\n" % made)
            assert "The certificate was received" in enroll(box, None)
            assert certificate(box)
            assert made not in box.log() + box.cli("show logging")


def pending():
    """Not granted at once: it waits, over a restart, is asked for again, and is there when it is granted."""
    with Room() as ca, edge("enrollment retry period 1\n enrollment retry count 5") as box:
        authenticate(box)
        assert "% The CA has not granted it yet" in enroll(box)
        said = box.cli("show crypto pki certificates")
        assert "Status: Pending" in said and "Associated Trustpoint: TP" in said, said
        md5 = re.search(r"Certificate Request Fingerprint MD5: ([0-9A-F ]+)", said).group(1).replace(" ", "")
        assert "pending    " + md5 in ca.box.cli("show crypto pki server CA requests")
        assert "Certificate request(s) ..... Pending" in box.cli("show crypto pki trustpoints TP status")
        box.cli("write memory")
        for root, _, files in os.walk(box.nvram):
            for name in files:
                with open(os.path.join(root, name), "rb") as f:
                    assert b"a-challenge" not in f.read(), name
        box.stop(keep=True)
        box.start()
        assert re.search(r"\|\s+0:\d\d\.\d+ +POLL TP", box.cli("show crypto pki timers")), box.cli("show crypto pki timers")
        ca.box.cli("crypto pki server CA grant all")
        b.wait_for("it is fetched", 80, lambda: certificate(box))
        box.wait_log(r"%PKI-6-CERTRET")
        assert "Pending" not in box.cli("show crypto pki certificates")
        # cancelled, and another one
        ca.box.cli("show crypto pki server CA requests")
        box.type("configure terminal\ncrypto pki enroll TP\nyes\na\na\nyes\nend\n")
        said = box.type("configure terminal\nno crypto pki enroll TP\nno crypto pki enroll TP\nend\n")
        assert "% Cancelling enrollment..." in said and "No enrollment session is currently active" in said, said
        assert "POLL" not in box.cli("show crypto pki timers")


def judged():
    """A CA of openssl opens, checks and grants what we send: POST, AES, SHA-256; renewal by the certificate."""
    with Peer() as ca, to_peer() as box:
        said = authenticate(box)
        digest = b.openssl("x509", "-in", ca.path("ca.pem"), "-noout", "-fingerprint", "-sha1").split("=")[1].strip()
        assert digest.replace(":", "")[:8] in said, (digest, said)
        assert "The certificate was received" in enroll(box), ca.seen
        first = ca.seen[-1]
        assert first["type"] == "19" and "aes-128-cbc" in first["cipher"] and first["sha256"], first
        assert "challengePassword        :a-challenge" in first["csr"] and "DNS:edge9.example.com" in first["csr"], first
        assert "CN = edge9.example.com" in certificate(box)
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\na\na\nyes\nend\n")
        assert "has already enrolled" in said and "The certificate was received" in said, (said, ca.seen)
        assert ca.seen[-1]["type"] == "17" and "CN = peer-ca" in ca.seen[-1]["from"], ca.seen[-1]
        # what an old one can: GET, triple DES
        ca.caps = "DES3\nSHA-1\n"
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\na\na\nyes\nend\n")
        assert "The certificate was received" in said, (said, ca.seen)
        assert ca.seen[-2]["type"] == "GET" and "des-ede3-cbc" in ca.seen[-1]["cipher"], ca.seen[-1]["cipher"]
        assert ca.seen[-1]["type"] == "19", ca.seen[-1]
    with Peer() as ca, to_peer() as box:
        ca.ra = True                                # sealed for, and answered by, its registration authority
        authenticate(box)
        said = enroll(box)                          # that its certificate does not call so
        assert "The certificate was received" not in said and not certificate(box), said
        box.configure("crypto pki trustpoint TP\nenrollment mode ra\n")
        assert "The certificate was received" in enroll(box), ca.seen
        assert "CN = peer-ca" in certificate(box)


def lies():
    """Each refused with its reason, and nothing changed."""
    reasons = {"broken": "the answer is not signed by the CA", "impostor": "the answer is not signed by the CA",
               "foreign": "was not issued by the CA of the trustpoint", "otherkey": "is not for our key edge-key",
               "replay": "its nonce is another one", "transaction": "belongs to another transaction",
               "refuse": "badRequest"}
    with Peer() as ca, to_peer() as box:
        authenticate(box)
        before = box.cli("show running-config").split("\nversion ", 1)[1]
        for mode, why in reasons.items():
            ca.mode = mode
            said = enroll(box)
            assert why in said, (mode, said, ca.seen[-1])
            assert not certificate(box) and "Pending" not in box.cli("show crypto pki certificates"), mode
        assert box.cli("show running-config").split("\nversion ", 1)[1] == before
        assert "%PKI-3-CERTBAD" in box.log()
        ca.mode = "grant"
        ca.close()
        said = enroll(box)
        assert "127.0.0.1 port 8080: Connection refused" in said, said
        box.wait_log(r"%PKI-3-SOCKETSEND: Failed to send out message to CA server")
        silent = socket.create_server(("127.0.0.1", 8080))      # takes the call, and says nothing
        began = time.monotonic()
        assert "no answer in time" in enroll(box)
        assert time.monotonic() - began < 15
        silent.close()
    with Peer() as ca, to_peer("fingerprint 00112233 44556677 8899AABB CCDDEEFF") as box:
        said = box.type("configure terminal\ncrypto pki authenticate TP\nend\n")
        assert "Fingerprint mismatch" in said and "Trustpoint CA certificate is rejected" in said, said
        right = b.openssl("x509", "-in", ca.path("ca.pem"), "-noout", "-fingerprint", "-sha1").split("=")[1].strip()
        box.configure("crypto pki trustpoint TP\nfingerprint %s\n" % right.replace(":", ""))
        said = box.type("configure terminal\ncrypto pki authenticate TP\nend\n")
        assert "Certificate validated - fingerprints matched." in said and "Do you accept" not in said, said


def renewed():
    """Short lives: the box renews by itself, with a new key pair, again after a failure, over a restart."""
    with Peer() as ca, to_peer("auto-enroll 50 regenerate") as box:
        ca.life_s = 24
        box.configure("crypto key generate rsa usage-keys label edge-key modulus 2048\n")
        authenticate(box)
        said = enroll(box)
        assert "The certificate was received" in said, (said, ca.seen)
        assert "% Over the network the signature key pair is enrolled alone" in said, said
        box.cli("write memory")
        first = certificate(box)
        assert re.search(r"\|\s+0:\d\d\.\d+ +RENEW TP", box.cli("show crypto pki timers")), box.cli("show crypto pki timers")
        b.wait_for("it is renewed", 25, lambda: certificate(box) != first)
        second = certificate(box)
        assert ca.seen[-1]["type"] == "17", ca.seen[-1]
        key = lambda text: re.search(r"Modulus:\s+(.*?)Exponent", text, re.S).group(1)   # noqa: E731
        assert key(first) != key(second)
        assert "rsakeypair edge-key.1" in box.cli("show running-config")
        box.wait_log(r"%PKI-6-AUTOSAVE: Running configuration saved to NVRAM")
        said = box.cli("show crypto key mypubkey rsa")
        assert "edge-key\n" not in said and "Usage: Signature Key" in said, said      # both old pairs have gone
        for text in (first, second):
            assert re.search(r"Key Usage: critical\s+Digital Signature\n", text), text
        ca.mode = "refuse"
        box.wait_log(r"(?s)%PKI-3-CERTREJECT.*%PKI-4-CERTRENEWRETRY: Trustpoint TP: the next attempt is in \d+ seconds",
                     25)
        assert certificate(box) == second
        box.stop(keep=True)
        ca.mode = "grant"
        box.start()
        assert certificate(box) == second
        b.wait_for("it is renewed again", 30, lambda: certificate(box) != second)
        assert "is valid" in box.cli("configure terminal", "crypto pki cert validate TP") or True
        assert len([k for k in re.findall(r"Key name: (\S+)", box.cli("show crypto key mypubkey rsa"))
                    if k.startswith("edge-key")]) == 1


def elliptic():
    """EC keys: the envelope is agreed upon, not enciphered; `regenerate' without auto-enroll."""
    config = EDGE.replace(" rsakeypair edge-key 2048\n", " eckeypair edge-key\n regenerate\n")
    with Room("grant auto"), edge("", config) as box:
        box.configure("crypto key generate ec keysize 256 label edge-key\n")
        authenticate(box)
        assert "The certificate was received" in enroll(box)
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\na\na\nyes\nend\n")
        assert "The certificate was received" in said, said
        assert "id-ecPublicKey" in certificate(box) and "eckeypair edge-key.1" in box.cli("show running-config")


def stopped():
    """The box goes down while its CA keeps it waiting, and does not wait for it."""
    with Peer() as ca, to_peer("auto-enroll 50") as box:
        ca.life_s = 16
        authenticate(box)
        assert "The certificate was received" in enroll(box), ca.seen
        ca.close()
        with socket.create_server(("127.0.0.1", 8080)):
            box.wait_log("%PKI-6-CERTRENEWAUTO: Renewing the router certificate for trustpoint TP", 20)
            began = time.monotonic()
            box.stop(keep=True)
            assert time.monotonic() - began < 5, time.monotonic() - began
        box.start()
        assert certificate(box) is None                 # nobody has said `write memory'


def calls():
    """A call over the trunk of the box to itself stands while its identity is renewed; the next handshake shows the
    new certificate."""
    with open(os.path.join(b.TREE, "startup-config", "quickstart.cfg")) as f:
        text = f.read()
    text = text.replace(" enrollment selfsigned\n", " enrollment url http://127.0.0.1:8080/scep\n", 1)
    text = text.replace(" rsakeypair quickstart 2048\n", " rsakeypair quickstart 2048\n auto-enroll 50 regenerate\n", 1)
    with Peer() as ca, b.Box(text) as box:
        ca.life_s = 30
        authenticate(box, "quickstart")
        said = box.type("configure terminal\ncrypto pki enroll quickstart\n\n\nno\nno\nyes\nend\n")
        assert "The certificate was received" in said, (said, ca.seen[-1:])
        first = certificate(box, "quickstart")
        serial = shown(ca)
        assert serial and serial.lower() in first.replace(":", "").replace(" ", "").lower(), (serial, first)
        box.cli("csim start 9898 duration 40")
        legs = re.search(r"SIP call-legs: (\d+)", box.cli("show call active voice brief")).group(1)
        assert int(legs) >= 2, legs
        b.wait_for("it is renewed", 25, lambda: certificate(box, "quickstart") != first)
        assert shown(ca) not in (serial, None)
        box.cli("csim start 9898 duration 1")           # another one, with the new one on both sides
        time.sleep(3)
        assert "SIP call-legs: " + legs in box.cli("show call active voice brief"), box.cli("show call active voice brief")


def shown(ca):
    """The serial number of the certificate that a handshake shows; we show one of the CA's."""
    said = subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:5061", "-CAfile", ca.path("ca.pem"), "-cert",
                           ca.path("ra.pem"), "-key", ca.path("ra.key")], input="", text=True, timeout=20,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    pem = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", said, re.S)
    with open(ca.path("shown.pem"), "w") as f:
        f.write(pem.group(0) if pem else "")
    return b.openssl("x509", "-in", ca.path("shown.pem"), "-noout", "-serial").strip().split("=")[1] if pem else None


def est():
    """EST: the CA is asked for, the server has to be its own; password, then by the certificate; refused, pending."""
    url = "https://127.0.0.1:8443/.well-known/est"
    with Peer() as ca, to_peer("enrollment http username edge password its-password\n regenerate", url) as box:
        ca.password = "edge:its-password"
        authenticate(box)
        said = enroll(box, None)
        assert "The certificate was received" in said, (said, ca.seen)
        assert ca.seen[-1]["path"].endswith("/simpleenroll") and not ca.seen[-1]["peer"], ca.seen
        first = certificate(box)
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\nyes\nend\n")
        assert ca.seen[-1]["path"].endswith("/simplereenroll") and ca.seen[-1]["peer"], (said, ca.seen)
        assert certificate(box) != first
        ca.mode = "refuse"
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\nyes\nend\n")
        assert "the CA refuses the request (HTTP status 403)" in said, said
        ca.mode = "pending"
        last = certificate(box)
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\nyes\nend\n")
        assert "has not granted it yet" in said, said
        ca.mode = "grant"
        b.wait_for("it is fetched", 20, lambda: certificate(box) != last)
        label = re.search(r"rsakeypair (\S+)", box.cli("show running-config")).group(1)
        assert label != "edge-key" and "Key name: %s\n" % label in box.cli("show crypto key mypubkey rsa"), label
        box.configure("crypto pki trustpoint TP\nenrollment http username edge password wrong\n")
        box.type("configure terminal\nno crypto pki certificate chain TP\nyes\nend\n")
        authenticate(box)
        said = enroll(box, None)
        assert "HTTP status 401" in said, said
        assert "its-password" not in box.log()
        # a server of somebody else's, of the same name
        ca.close()
        ca.listen(8443, "other")
        said = enroll(box, None)
        assert "Certificate request sent" not in said and "failed" in said, said


PROFILE = """crypto pki trustpoint TP
 enrollment profile EP
crypto pki profile enrollment EP
"""


def profiles():
    """By a profile: pasted CA and SCEP, a request that the certificate of another trustpoint signs, a server of its own
    for what comes next, and EST."""
    with Peer() as ca, to_peer() as box:
        # the other trustpoint: enrolled with its own CA
        box.configure(EDGE.replace("http://127.0.0.1:80\n", "http://127.0.0.1:8080/scep\n").replace("TP", "FIRST")
                      .replace("edge-key", "first-key").replace("edge9.example.com", "first.example.com").format(more=""))
        authenticate(box, "FIRST")
        assert "The certificate was received" in enroll(box, name="FIRST"), ca.seen[-1:]
        box.configure(PROFILE + "authentication terminal\nenrollment url http://127.0.0.1:8080/other\n"
                      "enrollment credential NOBODY\nreenrollment url http://127.0.0.1:8080/next\n")
        with open(ca.path("ca.pem")) as f:
            b.authenticate(box, "TP", f.read())
        said = enroll(box)
        assert "trustpoint NOBODY, whose certificate is to show who asks ('enrollment credential'), has no certificate " \
            "or no key pair" in said, said
        box.configure("crypto pki profile enrollment EP\nenrollment credential FIRST\n")
        said = enroll(box)
        assert "The certificate was received" in said, (said, ca.seen[-1:])
        assert "first.example.com" in ca.seen[-1]["from"] and "peer-ca" in ca.seen[-1]["from"], ca.seen[-1]["from"]
        assert ca.paths[-1].startswith("/other?"), ca.paths
        assert "CN = edge9.example.com" in certificate(box)
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\na\na\nyes\nend\n")
        assert "The certificate was received" in said and ca.seen[-1]["type"] == "17", (said, ca.seen[-1:])
        assert "edge9.example.com" in ca.seen[-1]["from"] and ca.paths[-1].startswith("/next?"), (ca.seen[-1]["from"], ca.paths)
        # SCEP within HTTPS; and the terminal
        box.configure("crypto pki trustpoint FIRST\nenrollment url https://127.0.0.1:8443/scep\nenrollment protocol scep\n")
        said = box.type("configure terminal\ncrypto pki enroll FIRST\nyes\na\na\nyes\nend\n")
        assert "The certificate was received" in said, said
        box.configure("crypto pki profile enrollment EP\nno reenrollment url\nenrollment terminal\n")
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\nyes\nno\nno crypto pki enroll TP\nend\n")
        assert "Certificate Request follows:" in said and "Request certificate from CA" not in said, said
        # EST, the other's certificate in the handshake
        box.configure("crypto pki profile enrollment EP\nmethod-est\n"
                      "enrollment url https://127.0.0.1:8443/.well-known/est\n")
        box.type("configure terminal\nno crypto pki certificate chain TP\nyes\nend\n")
        box.configure("crypto pki profile enrollment EP\nauthentication url https://127.0.0.1:8443/.well-known/est\n")
        authenticate(box)
        assert "The certificate was received" in enroll(box, None), ca.seen[-1:]
        assert ca.seen[-1]["path"].endswith("/simpleenroll"), ca.seen[-1]
        assert (("commonName", "first.example.com"),) in ca.seen[-1]["peer"]["subject"], ca.seen[-1]["peer"]


class Mock:
    """The CMP server of the openssl command, on 127.0.0.1:8829."""

    def __init__(self, ca, *options, secret="cmp-secret"):
        self.path = ca.path("cmp-%d.log" % time.monotonic_ns())
        who = ["-srv_ref", "edge", "-srv_secret", "pass:" + secret] if secret else []
        with open(self.path, "w") as log:
            self.process = subprocess.Popen(["openssl", "cmp", "-config", "", "-port", "8829", "-verbosity", "7", *who,
                                             "-srv_trusted", ca.path("ca.pem"), *options], stdout=log,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def __enter__(self):
        b.wait_for("it listens", 10, lambda: "ACCEPT" in self.log())
        return self

    def __exit__(self, kind, value, trace):
        self.process.terminate()
        self.process.wait()

    def log(self):
        with open(self.path) as f:
            return f.read()


CMP = """crypto pki trustpoint TP
 enrollment url http://127.0.0.1:8829/pkix/
 enrollment protocol cmp
 enrollment cmp reference edge
 password cmp-secret
 enrollment retry count 1
"""


def cmp():
    """CMP: by the password, by the certificate that is to be renewed, by that of another trustpoint; one that waits,
    over a restart; refusals and lies."""
    with Peer() as ca, to_peer() as box:
        authenticate(box)
        assert "The certificate was received" in enroll(box), ca.seen
        csr = list(ca.waiting.values())[-1]             # the mock gives out what it is told: certificates for our key
        for name in ("one.pem", "two.pem"):
            ca.write(name, ca.issue(csr))
        box.type("configure terminal\nno crypto pki certificate chain TP\nyes\nend\n")
        box.configure("logging buffered 200000\n" + CMP)
        with open(ca.path("ca.pem")) as f:
            pem = f.read()
        with Mock(ca, "-rsp_cert", ca.path("one.pem")) as mock:
            said = box.type("configure terminal\ncrypto pki authenticate TP\n%s\nquit\nyes\nend\n" % pem.strip())
            assert "% The certificate of the CA is to be pasted: the server does not give" in said, (said, mock.log())
            assert "Enter the base 64 encoded CA certificate." in said and "successfully imported" in said, said

        def ask(*options, secret="cmp-secret"):
            with Mock(ca, *options, secret=secret) as mock:
                answers = "yes\nyes" if certificate(box) else "yes"
                return box.type("configure terminal\ncrypto pki enroll TP\n%s\nend\n" % answers), mock.log()

        one, two = ("-rsp_cert", ca.path("one.pem")), ("-rsp_cert", ca.path("two.pem"))
        for options, secret, why in (
                (one, "another-one", "is protected neither by our password nor by the CA"),
                ((*one, "-pkistatus", "2", "-failure", "23", "-statusstring", "ask the boss"), "cmp-secret",
                 '% Certificate request refused: the CA refuses the request: notAuthorized: we may not have this '
                 'certificate: ask its administrator ("ask the boss")'),
                (("-rsp_cert", ca.path("ra.pem")), "cmp-secret", "is not for our key edge-key"),
                ((*one, "-send_unprotected"), "cmp-secret", "bears no protection"),
                ((*one, "-srv_cert", ca.path("ra.pem"), "-srv_key", ca.path("ra.key")), None, "")):
            said, log = ask(*options, secret=secret)
            assert "The certificate was received" not in said and why in said, (why, said, log[-3000:])
            assert not certificate(box) and "Pending" not in box.cli("show crypto pki certificates"), why
        box.cli("debug crypto pki transactions", "debug crypto pki messages")
        said, log = ask(*one)
        assert "The certificate was received" in said, (said, log[-3000:])
        debugs = box.log()
        assert b"cmp-secret".hex().upper() not in debugs.replace(" ", ""), debugs
        assert "CRYPTO_PKI: CMP: sending ir, protected by the password" in debugs, debugs[-3000:]
        assert "status = 100: certificate is granted" in debugs and "Sending HTTP message: POST /pkix/" in debugs
        box.cli("undebug all")
        first = certificate(box)
        said = box.cli("show crypto pki trustpoints TP")
        assert "CMP URL: http://127.0.0.1:8829/pkix/" in said, said
        # renewed: signed by the certificate that there is; who answers signs too
        signed = ("-srv_cert", ca.path("ca.pem"), "-srv_key", ca.path("ca.key"))
        stranger = ("-srv_cert", ca.path("ra.pem"), "-srv_key", ca.path("ra.key"))
        said, log = ask(*one, *stranger, secret=None)
        assert "nor by a registration authority of it" in said, (said, log[-3000:])
        box.cli("debug crypto pki transactions")
        said, log = ask(*one, *signed, secret=None)
        assert "The certificate was received" in said, (said, log[-3000:])
        assert "CMP: sending kur, protected by a certificate" in box.log()
        box.configure("crypto pki trustpoint TP\nenrollment mode ra\n")
        said, log = ask(*one, *stranger, secret=None)
        assert "The certificate was received" in said, (said, log[-3000:])
        # one that waits, over a restart
        box.type("configure terminal\nno crypto pki certificate chain TP\nyes\nend\n")
        with Mock(ca):
            b.authenticate(box, "TP", pem)
        box.cli("write memory")
        with Mock(ca, *two, "-poll_count", "4", "-check_after", "1") as mock:
            said = enroll(box, None)
            assert "has not granted it yet" in said, (said, mock.log()[-3000:])
            assert "POLL TP" in box.cli("show crypto pki timers")
            for root, _, files in os.walk(os.path.join(box.nvram, "requests")):
                for name in files:
                    with open(os.path.join(root, name), "rb") as f:
                        kept = f.read()
                    assert b"cmp-secret" not in kept and b"cmp-secret".hex().upper().encode() not in kept, name
            box.stop(keep=True)
            box.start()
            b.wait_for("it is fetched", 20, lambda: certificate(box))
        assert certificate(box) != first and "Pending" not in box.cli("show crypto pki certificates")
        box.wait_log(r"%PKI-6-CERTRET")
        # by the certificate of another trustpoint, and by PKCS#10
        box.configure(EDGE.replace("http://127.0.0.1:80\n", "http://127.0.0.1:8829/pkix/\n").replace("TP", "NEXT")
                      .format(more="enrollment protocol cmp"))
        box.configure("crypto pki profile enrollment EP\nauthentication terminal\nmethod-cmp\nenrollment credential TP\n"
                      "enrollment url http://127.0.0.1:8829/pkix/\ncrypto pki trustpoint NEXT\nenrollment profile EP\n")
        b.authenticate(box, "NEXT", pem)
        box.cli("debug crypto pki transactions")
        for kind in ("cr", "p10cr"):
            with Mock(ca, *two, *signed, secret=None) as mock:
                said = enroll(box, None, "NEXT")
                assert "The certificate was received" in said, (said, mock.log()[-3000:])
                assert "CMP: sending %s, protected by a certificate" % kind in box.log(), box.log()[-3000:]
            box.type("configure terminal\nno crypto pki certificate chain NEXT\nyes\nend\n")
            b.authenticate(box, "NEXT", pem)
            box.configure("crypto pki trustpoint NEXT\nenrollment cmp pkcs10\n")
        assert "cmp-secret" not in box.log()


def rolls():
    """A CA that rolls over: its next certificate is asked for, ours enrolled under it, both used when the old one ends;
    over a restart.  Where ours is not there in time, it is asked for anew."""
    with Peer() as ca, to_peer("auto-enroll 25 regenerate") as box:
        ca.roll()
        ca.short("ca", 14)
        authenticate(box)
        ca.life_s = 3600
        assert "The certificate was received" in enroll(box), ca.seen[-1:]
        box.configure(EDGE.replace("http://127.0.0.1:80\n", "http://127.0.0.1:8080/scep\n").replace("TP", "LATE")
                      .replace("edge9.example.com", "late.example.com").replace("edge-key", "late-key")
                      .format(more="auto-enroll 25"))
        ca.refused = "CN = late"                    # another trustpoint, which gets nothing of the next CA in time
        authenticate(box, "LATE")
        assert "The certificate was received" in enroll(box, name="LATE"), ca.seen[-1:]
        first = certificate(box)
        assert re.search(r"\|\s+0:\d\d\.\d+ +SHADOW TP", box.cli("show crypto pki timers")), box.cli("show crypto pki timers")
        box.cli("write memory")
        box.wait_log("the CA's next certificate was received", 20)
        b.wait_for("ours is there", 10, lambda: "\nCertificate (Rollover)\n" in box.cli("show crypto pki certificates"))
        said = box.cli("show crypto pki certificates")
        assert "\nCA Certificate (Rollover)\n" in said and "cn=peer-ca-2" in said, said
        assert any(one["issuer"] == "next" and one["type"] == "17" for one in ca.seen), ca.seen[-1]
        assert certificate(box) == first            # in no use yet
        assert re.search(r"\|\s+0:\d\d\.\d+ +ROLLOVER TP", box.cli("show crypto pki timers")), box.cli("show crypto pki timers")
        said = box.cli("show running-config")
        assert " certificate rollover " in said and " certificate ca rollover " in said, said
        box.wait_log(r"%PKI-6-AUTOSAVE: Running configuration saved to NVRAM")
        box.stop(keep=True)
        box.start()
        box.wait_log(r"%PKI-3-CERTREJECT: .* Trustpoint LATE")      # that CA ends before the next attempt
        ca.refused = None
        b.wait_for("they are in use", 30, lambda: "CN = peer-ca-2" in certificate(box))
        said = box.cli("show crypto pki certificates")
        assert "(Rollover)" not in said.split("LATE")[0] and "cn=peer-ca-2" in said, said
        said = box.cli("show running-config")
        assert "rsakeypair edge-key.1" in said, said
        assert "SHADOW TP" in box.cli("show crypto pki timers") or "RENEW TP" in box.cli("show crypto pki timers")
        said = box.type("configure terminal\ncrypto pki cert validate TP\nend\n")
        assert "is valid" in said, said
        box.wait_log("Trustpoint LATE: the CA's next certificate is in use: there is none of ours under it yet")
        b.wait_for("and enrolled", 20, lambda: "CN = peer-ca-2" in certificate(box, "LATE"))


def follows():
    """Two boxes: one is a CA that rolls over by itself, the other renews under its next certificate, and both go on."""
    with Room("grant auto\n auto-rollover 60") as ca, edge("auto-enroll 25 regenerate") as box:
        ca.box.cli("write memory")
        ca.box.stop(keep=True)
        shorten(ca, 14)
        ca.box.start()
        ca.box.wait_log("%PKI-6-CS_ROLLOVER_AVAILABLE")
        authenticate(box)
        assert "The certificate was received" in enroll(box)
        first = certificate(box)
        b.wait_for("ours is there", 14, lambda: "\nCertificate (Rollover)\n" in box.cli("show crypto pki certificates"))
        assert "\nCA Certificate (Rollover)\n" in box.cli("show crypto pki certificates") and certificate(box) == first
        ca.box.wait_log("%PKI-6-CS_ROLLOVER: Certificate server CA: the rollover CA certificate is the CA certificate now.", 20)
        b.wait_for("both are in use", 14, lambda: certificate(box) != first)
        said = box.type("configure terminal\ncrypto pki cert validate TP\nend\n")
        assert "is valid" in said, said
        assert "(Rollover)" not in box.cli("show crypto pki certificates")
        said = box.type("configure terminal\ncrypto pki enroll TP\nyes\na-challenge\na-challenge\nyes\nend\n")
        assert "The certificate was received" in said, said


def go():
    """scepserver of Debian (micromdm): neither our code nor openssl's."""
    server = shutil.which("scepserver")
    assert server, "scepserver is missing (package scep)"
    directory = tempfile.mkdtemp(prefix="parapet-go-")
    subprocess.run([server, "ca", "-init", "-depot", directory, "-country", "DE", "-organization", "Example"], check=True,
                   cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process = subprocess.Popen([server, "-depot", directory, "-port", "8090", "-challenge", "go-secret"], cwd=directory,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        b.wait_for("it listens", 10, lambda: socket.socket().connect_ex(("127.0.0.1", 8090)) == 0)
        with to_peer("", "http://127.0.0.1:8090/scep") as box:
            authenticate(box)
            assert "Certificate request refused" in enroll(box, "not-it")
            said = enroll(box, "go-secret")
            assert "The certificate was received" in said, said
            assert "CN = edge9.example.com" in certificate(box)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(directory, ignore_errors=True)


USAGE = """hostname edge9
crypto pki trustpoint TP
 enrollment terminal pem
 serial-number none
 ip-address none
 fqdn none
 subject-name cn=edge9.example.com,o=Example
 revocation-check none
 rsakeypair two
"""
CSR = re.compile(r"-----BEGIN CERTIFICATE REQUEST-----.*?-----END CERTIFICATE REQUEST-----\n", re.S)


def two_requests(box, ca):
    """Key pairs, CA and the texts of both requests, the one that signs first."""
    box.configure("crypto key generate rsa usage-keys label two modulus 2048\n")
    b.authenticate(box, "TP", ca)
    said = box.type("configure terminal\ncrypto pki enroll TP\nyes\nno\nno\nend\n")
    assert re.search("Signature key certificate request -.*---End - .*Encryption key certificate request -.*---End - ", said,
                     re.S), said
    both = CSR.findall(said)
    assert len(both) == 2, said
    return both


def take(box, pem):
    said = box.type("configure terminal\ncrypto pki import TP certificate\n%s\nquit\nend\n" % pem.strip())
    assert "% Router Certificate successfully imported" in said, said


def again(box):
    """It is saved and started again: the chain is typed back as it was printed."""
    chain = box.cli("show running-config | section certificate chain")
    box.cli("write memory")
    box.stop(keep=True)
    box.start()
    assert box.cli("show running-config | section certificate chain") == chain
    return chain


def ours_of(box):
    """Serial number, usage and key label of each certificate of ours."""
    said = box.cli("show crypto pki certificates verbose TP").split("CA Certificate\n")[0]
    assert "Not usable" not in said, said
    return re.findall(r"Serial Number \(hex\): (\w+)\n.*?Certificate Usage: ([\w ]+)\n.*?Key Label: (\S+)\n", said, re.S)


def usage():
    """usage-keys: two requests by terminal to our own CA, each granted for its use, imported the wrong way round."""
    with Room("grant auto") as ca, b.Box(USAGE) as box:
        with open(ca.ca) as f:
            both = two_requests(box, f.read())
        again(box)                      # both still wait
        said = box.cli("show crypto pki certificates TP")
        assert re.findall(r"Status: Pending\n   Key Usage: (\w+)", said) == ["Signature", "Encryption"], said
        issued = []
        for name, csr, words in (("sign", both[0], "Digital Signature"), ("encipher", both[1], "Key Encipherment")):
            with open(ca.certificate(name, csr)) as f:
                issued.append(f.read())
            assert ca.x509(name, "-ext", "keyUsage").split("\n")[1].strip() == words
        take(box, issued[1])
        said = box.cli("show crypto pki certificates TP")
        assert re.findall(r"Status: Pending\n   Key Usage: (\w+)", said) == ["Signature"], said
        take(box, issued[0])
        before = ours_of(box)
        assert [x[1:] for x in before] == [("Signature", "two"), ("Encryption", "two+encryption")], before
        assert again(box).count("certificate ") == 4 and ours_of(box) == before, before
        said = box.cli("show crypto pki certificates pem TP")
        assert "% Signature Certificate:\n" + issued[0] in said and "% Encryption Certificate:\n" + issued[1] in said, said
        said = box.type("configure terminal\ncrypto pki cert validate TP\nend\n")
        assert "is valid" in said, said
        box.configure("crypto key zeroize rsa two\nyes\n")
        said = box.cli("show crypto pki certificates TP")
        assert "CA Certificate" in said and not ours_of(box) and "\nCertificate\n" not in "\n" + said, said


def alike():
    """A CA that grants both the same usage: the key pairs tell the certificates apart, after a restart too."""
    with b.Box(USAGE) as box:
        ca = b.CA(box.dir)
        for csr in reversed(two_requests(box, ca.text())):
            take(box, ca.sign(csr))
        before = ours_of(box)
        assert [x[1:] for x in before] == [("General Purpose", "two"), ("General Purpose", "two+encryption")], before
        again(box)
        assert ours_of(box) == before, ours_of(box)


if __name__ == "__main__":
    play("enrollment", [granted, password, pending, judged, lies, renewed, elliptic, stopped, calls, est, profiles, cmp, rolls, follows, go,
                        usage, alike])
