#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`crypto pki server': the box is a CA, and others judge what it issues: the openssl command, curl, and
strongSwan's SCEP client.  pki_server.py [NAME...]"""

import base64
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import play  # noqa: E402

CONFIG = """hostname edge1
crypto pki server CA
 database level complete
 issuer-name cn=edge-ca,o=Example
 cdp-url http://127.0.0.1/CA.crl
 {more}
 shutdown
ip http server
"""
URL = "http://127.0.0.1/cgi-bin/pkiclient.exe"
PEM = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", re.S)
PASSPHRASE = "a-long-passphrase"
CIPHER = ("--cipher", "des3")   # strongSwan 5.9.8 refuses its own AES; scep_test seals with that


class Room:
    """A box that is a CA, and a directory for what others make."""

    def __init__(self, more=""):
        self.dir = tempfile.mkdtemp(prefix="parapet-ca-")
        self.box = b.Box(CONFIG.format(more=more))
        said = self.box.type("configure terminal\ncrypto pki server CA\nno shutdown\n%s\n%s\nend\nwrite memory\n"
                             % (PASSPHRASE, PASSPHRASE))
        assert "% Certificate Server enabled." in said, said
        assert PASSPHRASE not in said
        said = self.box.type("configure terminal\ncrypto pki export CA pem terminal\nend\n")
        self.ca = self.write("ca.pem", PEM.search(said).group(0))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.box.__exit__(kind, value, trace)
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), "w" if isinstance(text, str) else "wb") as f:
            f.write(text)
        return self.path(name)

    def csr(self, name, key="rsa:2048", *more):
        """The text of a request of openssl's."""
        options = ["-newkey", key] if ":" in key else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:" + key]
        b.openssl("req", "-new", *options, "-nodes", "-keyout", self.path(name + ".key"), "-out",
                  self.path(name + ".csr"), "-subj", "/O=Example/CN=" + name, *more)
        with open(self.path(name + ".csr")) as f:
            return f.read()

    def submit(self, csr, form="pem"):
        return self.box.type("crypto pki server CA request pkcs10 terminal %s\n%s\nquit\n" % (form, csr.strip()))

    def certificate(self, name, csr=None):
        """Request, grant, ask again: the certificate's file."""
        csr = csr or self.csr(name)
        said = self.submit(csr)
        request = re.search(r"% Enrollment request pending, reqid=(\d+)", said)
        if request:
            self.box.cli("crypto pki server CA grant " + request.group(1))
            said = self.submit(csr)
        pem = PEM.search(said)
        assert "% Granted certificate:" in said and pem, said
        return self.write(name + ".pem", pem.group(0))

    def x509(self, name, *what):
        return b.openssl("x509", "-in", self.path(name + ".pem"), "-noout", *what)

    def crl(self):
        with open(self.path("ca.crl"), "wb") as f:
            f.write(fetch("http://127.0.0.1/CA.crl"))
        b.openssl("crl", "-inform", "DER", "-in", self.path("ca.crl"), "-out", self.path("crl.pem"))
        return b.openssl("crl", "-in", self.path("crl.pem"), "-noout", "-text")

    def verify(self, name, *options):
        return subprocess.run(["openssl", "verify", "-CAfile", self.ca, *options, self.path(name + ".pem")],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def fetch(url, *options):
    return subprocess.run(["curl", "-sS", "--fail", "--max-time", "20", *options, url], check=True,
                          stdout=subprocess.PIPE).stdout


def status(url, *options):
    done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20", *options, url],
                          text=True, stdout=subprocess.PIPE)
    return done.stdout


def issue():
    """The life of a certificate: asked for, granted, judged by others, revoked; and over a restart."""
    with Room() as r:
        csr = r.csr("edge2", "rsa:2048", "-addext", "subjectAltName=DNS:edge2.example.com,IP:192.0.2.7")
        said = r.submit(csr)
        assert "% Enrollment request pending, reqid=1" in said, said
        md5 = b.openssl("req", "-in", r.path("edge2.csr"), "-outform", "DER", "-out", r.path("edge2.der"))
        md5 = b.openssl("dgst", "-md5", r.path("edge2.der")).split()[-1].upper()
        said = r.box.cli("show crypto pki server CA requests")
        assert "1      pending    %s cn=edge2,o=Example" % md5 in said, said
        r.box.stop(keep=True)
        r.box.start()                                   # what is pending is not lost
        assert "1      pending    " + md5 in r.box.cli("crypto pki server CA info requests")
        r.certificate("edge2", csr)
        assert r.verify("edge2", "-x509_strict", "-purpose", "sslserver").returncode == 0, r.verify("edge2").stdout
        text = r.x509("edge2", "-text")
        for part in ("DNS:edge2.example.com, IP Address:192.0.2.7", "CA:FALSE", "URI:http://127.0.0.1/CA.crl",
                     "TLS Web Server Authentication, TLS Web Client Authentication, ipsec Internet Key Exchange"
                     if "ipsec Internet Key Exchange" in text else "TLS Web Server Authentication",
                     "Serial Number: 2 (0x2)", "sha256WithRSAEncryption"):
            assert part in text, (part, text)
        assert "CA:TRUE" in b.openssl("x509", "-in", r.ca, "-noout", "-text")
        said = r.box.cli("show crypto pki server CA certificates")
        assert re.search(r"(?m)^2       \d\d:\d\d:\d\d UTC .*  cn=edge2,o=Example$", said), said
        assert PEM.search(r.box.cli("show crypto pki server CA certificates 2 pem")).group(0) in open(r.path("edge2.pem")).read()
        # its own list judges it here, whatever distribution point it names
        asked = "crypto pki what-if peer-chain as client\n%s\nquit\n" % open(r.path("edge2.pem")).read()
        said = r.box.type(asked)
        assert "If it calls us: good: it leads to trustpoint CA" in said, said
        r.crl()
        assert r.verify("edge2", "-crl_check", "-CRLfile", r.path("crl.pem")).returncode == 0
        assert "% Certificate 02 succesfully revoked." in r.box.cli("crypto pki server CA revoke 0x2")
        said = r.box.type(asked)
        assert re.search(r"REFUSED: the peer's certificate CN=edge2 \(serial 02\) is revoked: .* has revoked it on \S+ "
                         r"\(.*\), says that CA, which is of this box: the peer needs a new one", said), said
        text = r.crl()
        assert "Serial Number: 02" in text and "X509v3 CRL Number" in text, text
        done = r.verify("edge2", "-crl_check", "-CRLfile", r.path("crl.pem"))
        assert done.returncode != 0 and "certificate revoked" in done.stdout, done.stdout
        r.box.stop(keep=True)
        r.box.start()
        assert "Serial Number: 02" in r.crl()
        r.certificate("edge3", r.csr("edge3", "P-256"))
        assert "serial=03" in r.x509("edge3", "-serial")
        assert r.verify("edge3", "-crl_check", "-CRLfile", r.path("crl.pem")).returncode == 0
        r.box.cli("crypto pki server CA unrevoke 2")
        assert "No Revoked Certificates" in r.crl()
        assert "% certificate 0x2 is not revoked" in r.box.refuses("crypto pki server CA unrevoke 2")
        assert "Certificate server 'nobody' is not known" in r.box.refuses("show crypto pki server nobody")


def refused():
    """What is not signed, and why."""
    with Room() as r:
        bad = {
            "the signature of the request is not that of its key": tampered(r),
            "an RSA key of 1000 bits is too weak: 1024 bits at least": r.csr("weak", "rsa:1000"),
            "this is a private key, not a certificate request": open(r.path("weak.key")).read(),
            "this is not a certificate request": open(r.ca).read(),
            "there is no certificate request": "",
            "the base 64 text is broken": "???",
        }
        for why, text in bad.items():
            said = r.submit(text)
            assert "% " + why in said, (why, said)
        assert "pending" not in r.box.cli("show crypto pki server CA requests")
        r.submit(r.csr("edge4"))
        r.box.cli("crypto pki server CA reject 1")
        assert "rejected, reqid=1" in r.submit(open(r.path("edge4.csr")).read())
        r.box.cli("crypto pki server CA remove all")
        assert "there is no request 1" in r.box.refuses("crypto pki server CA grant 1")
        said = r.box.refuses("configure terminal", "crypto pki server CA", "hash sha512")
        assert "Server is enabled. It must be shutdown before changes can be made." in said, said
        r.box.cli("configure terminal", "crypto pki server CA", "shutdown", "grant none", "no shutdown")
        assert "grants none" in r.submit(r.csr("edge5"))
        assert status("http://127.0.0.1/CA.crl") == "200"
        r.box.cli("crypto pki server CA stop")
        assert status("http://127.0.0.1/CA.crl") == "404"
        assert "is not enabled" in r.box.refuses("crypto pki server CA grant all")


def below():
    """A CA below another one of the box, by SCEP: granted by an operator alone, its chain good, renewed by itself."""
    with Room("grant auto\n grant auto rollover ca-cert") as r:
        def start(*answers):
            return r.box.type("configure terminal\ncrypto pki server SUB\nno shutdown\n%s\nend\n" % "\n".join(answers))
        r.box.configure("crypto pki server SUB\n mode sub-cs\n database level complete\n issuer-name cn=sub-ca,o=Example\n")
        assert "the CA above is not known: make 'crypto pki trustpoint SUB'" in start()
        r.box.configure("crypto pki trustpoint SUB\n enrollment terminal\n revocation-check none\n")
        assert "the CA above is not authenticated: 'crypto pki authenticate SUB'" in start()
        assert "Key name: SUB" not in r.box.cli("show crypto key mypubkey all")
        r.box.configure("crypto pki trustpoint SUB\n enrollment url http://127.0.0.1\n")
        said = start(PASSPHRASE, PASSPHRASE, "yes")
        assert "% Certificate request sent to Certificate Authority\n% Enrollment in progress...\n% The CA above has not granted" \
            in said.replace("\r", ""), said
        said = r.box.cli("show crypto pki server CA requests")
        assert re.search(r"Subordinate CA certificate requests:\n.*\n-+\n1      pending    \w{32} cn=sub-ca,o=Example\n", said), said
        assert "there is no certificate of the CA above" not in said
        r.box.cli("crypto pki server CA grant 1")
        said = start(PASSPHRASE, PASSPHRASE)
        assert "% Certificate Server enabled." in said, said
        said = r.box.cli("show crypto pki server SUB")
        md5 = b.openssl("x509", "-in", r.ca, "-noout", "-fingerprint", "-md5").strip().split("=")[1].replace(":", "")
        assert "    Server configured in subordinate server mode\n    Upper CA cert fingerprint: %s \n" \
            % " ".join(re.findall("." * 8, md5)) in said and "Status: enabled" in said, said
        for _ in range(2):
            sub = r.write("sub.pem", b.openssl("x509", "-inform", "DER", "-in",
                                               r.write("scep-ca.der", fetch("http://127.0.0.1/SUB.crt"))))
            text = r.x509("sub", "-text")
            assert "CA:TRUE" in text and "Certificate Sign, CRL Sign" in text and "Extended Key" not in text, text
            said = r.box.type("crypto pki server SUB request pkcs10 terminal pem\n%s\nquit\n" % r.csr("leaf").strip())
            number = re.search(r"reqid=(\d+)", said).group(1)
            r.box.cli("crypto pki server SUB grant " + number)
            said = r.box.type("crypto pki server SUB request pkcs10 terminal pem\n%s\nquit\n"
                              % open(r.path("leaf.csr")).read().strip())
            r.write("leaf.pem", PEM.search(said).group(0))
            done = r.verify("leaf", "-untrusted", sub, "-x509_strict", "-purpose", "sslserver")
            assert done.returncode == 0, done.stdout
            serial = int(r.x509("leaf", "-serial").split("=")[1], 16)
            r.box.cli("crypto pki server SUB revoke %d" % serial)
            crl = b.openssl("crl", "-inform", "DER", "-in", r.write("sub.crl", fetch("http://127.0.0.1/SUB.crl")),
                            "-CAfile", sub, "-noout", "-text")
            assert "Serial Number: %02X" % serial in crl, crl
            # enrolled again by its own name: granted at once, and the server works with it
            said = r.box.type("configure terminal\ncrypto pki enroll SUB\nyes\n\n\nno\nno\nyes\nend\n")
            assert "% The certificate was received, and is in use." in said, said
            b.wait_for("it works with it", 10, lambda: fetch("http://127.0.0.1/SUB.crt") != open(r.path("scep-ca.der"), "rb").read())
            r.box.cli("write memory")
            r.box.stop(keep=True)
            r.box.start()
        assert serial == 2, serial
        refused = r.box.refuses("crypto pki server SUB rollover")
        assert "comes from the CA above: 'crypto pki enroll SUB'" in refused, refused
        by_terminal(r)
        # a CA is not made by `grant auto'
        said = r.submit(r.csr("third", "rsa:2048", "-addext", "basicConstraints=CA:TRUE"))
        assert "% Enrollment request pending" in said, said
        # what is there is a CA below another, whatever the configuration is made to say
        said = r.box.type("configure terminal\ncrypto pki server SUB\nshutdown\nno mode\nno shutdown\nend\n")
        assert "the database of server SUB holds a CA below another one ('mode sub-cs')" in said, said
        assert "Status: disabled" in r.box.cli("show crypto pki server SUB")


def by_terminal(r):
    """The same by paste, each `no shutdown' saying what is missing; one more CA below, under the one that is below."""
    def start():
        return r.box.type("configure terminal\ncrypto pki server T\nno shutdown\n%s\n%s\nend\n" % (PASSPHRASE, PASSPHRASE))
    r.box.configure("crypto pki trustpoint T\n enrollment terminal pem\n revocation-check none\n serial-number none\n"
                    " ip-address none\ncrypto pki server T\n mode sub-cs\n grant auto\n")
    b.authenticate(r.box, "T", open(r.ca).read())
    said = start()
    assert "there is no certificate of the CA above yet: 'crypto pki enroll T', and where" in said, said
    said = r.box.type("configure terminal\ncrypto pki enroll T\nyes\nno\nend\n")
    request = b.REQUEST.search(said).group(0)
    assert "CA:TRUE" in b.openssl("req", "-noout", "-text", text=request)
    r.certificate("t", request)
    said = r.box.type("configure terminal\ncrypto pki import T certificate\n%s\nquit\nend\n" % open(r.path("t.pem")).read().strip())
    assert "successfully imported" in said, said
    said = start()
    assert "% Certificate Server enabled." in said, said
    said = r.box.type("crypto pki server T request pkcs10 terminal pem\n%s\nquit\n" % r.csr("deep").strip())
    r.write("deep.pem", PEM.search(said).group(0))
    assert r.verify("deep", "-untrusted", r.path("t.pem"), "-x509_strict").returncode == 0


def registration():
    """A registration authority before the CA: its operator grants, the CA trusts it, strongSwan and the box itself enroll."""
    with Room("grant ra-auto\n grant auto rollover ra-cert") as r:
        def start(*answers):
            return r.box.type("configure terminal\ncrypto pki server RA\nno shutdown\n%s\nend\n" % "\n".join(answers))
        r.box.wait_log("%PKI-6-CS_GRANT_AUTO_RA: All enrollment requests received from trusted RA will be automatically granted.")
        r.box.configure("crypto pki trustpoint RA\n enrollment url http://127.0.0.1/cgi-bin/pkiclient.exe?message=CA\n"
                        " revocation-check none\n"
                        "crypto pki server RA\n mode ra\n")
        start(PASSPHRASE, PASSPHRASE, "yes")
        said = r.box.cli("show crypto pki server CA requests")
        assert re.search(r"RA certificate requests:\n.*\n-+\n1      pending    \w{32} cn=RA,ou=ioscs RA\n", said), said
        r.box.cli("crypto pki server CA grant 1")
        said = start(PASSPHRASE, PASSPHRASE)
        assert "% Certificate Server enabled." in said, said
        ca, ra = b.openssl("x509", "-in", r.ca), b.openssl("x509", "-inform", "DER", "-in",
                                                         r.write("ra.der", fetch("http://127.0.0.1/RA.crt")))
        said = r.box.cli("show crypto pki server RA")
        prints = [" ".join(re.findall("." * 8, b.openssl("x509", "-noout", "-fingerprint", "-md5", text=pem).strip()
                                      .split("=")[1].replace(":", ""))) for pem in (ca, ra)]
        assert "    CA cert fingerprint: %s \n    Server configured in RA mode\n    RA cert fingerprint: %s \n" \
            "    Granting mode is: manual\n    Current primary" % tuple(prints) in said, said
        both = b.openssl("pkcs7", "-inform", "DER", "-print_certs", "-in",
                         r.write("both", fetch(URL + "?operation=GetCACert&message=RA")))
        assert [b.openssl("x509", text=pem) for pem in PEM.findall(both)] in ([ra, ca], [ca, ra]), both
        assert status("http://127.0.0.1/RA.crl") == "404"
        assert "the CA above has the list" in r.box.refuses("show crypto pki server RA crl")
        assert "a registration authority revokes nothing" in r.box.refuses("crypto pki server RA revoke 2")
        # enrolled again by its own name: granted at once, and the authority works with it
        said = r.box.type("configure terminal\ncrypto pki enroll RA\nyes\n\n\nno\nno\nyes\nend\n")
        assert "% The certificate was received, and is in use." in said, said
        b.wait_for("it works with it", 10, lambda: fetch("http://127.0.0.1/RA.crt") != open(r.path("ra.der"), "rb").read())
        r.write("ra.der", fetch("http://127.0.0.1/RA.crt"))
        # strongSwan: it waits for the operator of the authority; the CA is asked by itself
        b.openssl("x509", "-in", r.ca, "-outform", "DER", "-out", r.path("ca.der"))
        shutil.copy(r.path("ra.der"), r.path("scep-ca.der"))
        client = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--client", r.dir, "--cacert", r.path("ca.der")])
        b.wait_for("the request is there", 20, lambda: "pending" in r.box.cli("show crypto pki server RA requests"))
        r.box.cli("crypto pki server RA grant 1")
        assert client.wait(30) == 0
        assert r.verify("late").returncode == 0 and "CN = late" in r.x509("late", "-subject")
        assert "granted " in r.box.cli("show crypto pki server RA requests")
        # the CA is away: it is kept over a restart, and goes there when it is back
        r.box.cli("crypto pki server CA stop")
        r.box.type("crypto pki server RA request pkcs10 terminal\n%s\nquit\n" % r.csr("kept").strip())
        r.box.cli("crypto pki server RA grant 2")
        r.box.wait_log(r"%PKI-3-CS_RA: Certificate server RA: request 2 \(cn=kept,o=Example\): ")
        assert re.search("2      authorized ", r.box.cli("show crypto pki server RA requests"))
        assert "request 2 is authorized already" in r.box.refuses("crypto pki server RA grant 2")
        r.box.cli("crypto pki server CA start")
        r.box.cli("write memory")
        r.box.stop(keep=True)
        r.box.start()
        b.wait_for("it came", 20, lambda: "2      granted " in r.box.cli("show crypto pki server RA requests"))
        said = r.box.type("crypto pki server RA request pkcs10 terminal pem\n%s\nquit\n" % open(r.path("kept.csr")).read().strip())
        r.write("kept.pem", PEM.search(said).group(0))
        assert r.verify("kept").returncode == 0
        # the box itself, by the authority; and a CA that refuses
        r.box.configure("crypto key generate rsa label own modulus 2048\ncrypto pki trustpoint OWN\n enrollment url "
                        "http://127.0.0.1/cgi-bin/pkiclient.exe?message=RA\n revocation-check none\n rsakeypair own\n"
                        " subject-name cn=own.example.com\n")
        said = r.box.type("configure terminal\ncrypto pki authenticate OWN\nyes\ncrypto pki enroll OWN\n\n\nno\nno\nyes\nend\n")
        assert "The CA has not granted it yet" in said, said
        r.box.cli("crypto pki server RA grant all")
        b.wait_for("granted", 20, lambda: "3      granted " in r.box.cli("show crypto pki server RA requests"))
        r.box.type("configure terminal\ncrypto pki server CA\nshutdown\ngrant none\nno shutdown\nend\n")
        r.box.type("crypto pki server RA request pkcs10 terminal\n%s\nquit\n" % r.csr("no").strip())
        r.box.cli("crypto pki server RA grant all")
        b.wait_for("refused", 20, lambda: "4      rejected " in r.box.cli("show crypto pki server RA requests"))
        assert "request 4 (cn=no,o=Example): the CA above refuses it: " in r.box.log()


class Puts(http.server.BaseHTTPRequestHandler):
    """A server to which files are put."""
    protocol_version = "HTTP/1.1"    # who puts waits for 100 Continue
    files = {}

    def do_PUT(self):
        self.files[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_):
        pass


def published():
    """Copies of what is written: on flash at once, at a server when it is there; each file once."""
    with Room("database url crl publish flash:pub/lists\n database url crt http://127.0.0.1:8099/ca") as r:
        def copy():
            with open(os.path.join(r.box.nvram, "flash/pub/lists/CA.crl"), "rb") as f:
                return f.read()
        r.box.wait_log(r"%PKI-3-CS_PUBLISH: Certificate server CA: its .crt files are not all at http://127.0.0.1:8099/ca: ")
        b.wait_for("the list is on flash", 10, lambda: os.path.exists(os.path.join(r.box.nvram, "flash/pub/lists/CA.crl")))
        said = r.box.cli("show crypto pki server CA")
        assert "    Current storage dir for .crt files: http://127.0.0.1:8099/ca\n    Current publish dir for .crl files: flash:pub/lists\n" \
            in said, said
        server = http.server.HTTPServer(("127.0.0.1", 8099), Puts)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        r.certificate("one")
        b.wait_for("what was missed comes too", 10, lambda: {"/ca/1.crt", "/ca/2.crt"} <= set(Puts.files))
        assert Puts.files["/ca/2.crt"].decode() == open(r.path("one.pem")).read()
        assert not [name for name in Puts.files if not re.match(r"/ca/\d\.crt$", name)]
        r.box.cli("crypto pki server CA revoke 2")
        b.wait_for("the new list", 10, lambda: copy() == fetch("http://127.0.0.1/CA.crl"))
        Puts.files.clear()
        r.box.stop(keep=True)
        r.box.start()
        r.certificate("two")
        b.wait_for("the third", 10, lambda: Puts.files)
        assert set(Puts.files) == {"/ca/3.crt"}, Puts.files.keys()
        # all of it at a server; a password in its URL is nobody's business
        r.box.type("configure terminal\ncrypto pki server CA\nshutdown\nno database url crl publish\nno database url crt\n"
                   "database url http://joe:Hidden1@127.0.0.1:8099/all\nno shutdown\nend\n")
        b.wait_for("all of it", 10, lambda: {"/all/" + name for name in (
            "CA.crl", "CA.ser", "CA.cer", "1.crt", "2.crt", "3.crt", "1.cnm", "2.cnm", "3.cnm")} <= set(Puts.files))
        assert "    Current primary storage dir: http://127.0.0.1:8099/all\n" in r.box.cli("show crypto pki server CA")
        with open(os.path.join(r.box.nvram, "ca/CA/CA.pub")) as f:
            assert "Hidden1" not in f.read() + r.box.log()
        assert not [name for name in Puts.files if name.endswith((".key", ".req", ".pub"))]
        server.shutdown()
        server.server_close()


def tampered(r):
    der = bytearray(subprocess.run(["openssl", "req", "-in", r.path("t.csr"), "-outform", "DER"], check=True,
                                   stdout=subprocess.PIPE, input=r.csr("t").encode()).stdout)
    der[-1] ^= 1
    return subprocess.run(["openssl", "base64"], input=bytes(der), check=True, stdout=subprocess.PIPE).stdout.decode()


def scep_ca(r):
    subprocess.run(["pki", "--scepca", "--url", URL, "--caout", r.path("scep-ca.der"), "--force"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return b.openssl("x509", "-inform", "DER", "-in", r.path("scep-ca.der"))


def scep(r, name, *more, dn=None):
    key = r.path(name + ".key")
    if not os.path.exists(key):
        b.openssl("genrsa", "-traditional", "-out", key, "2048")
    with open(r.path(name + ".pem"), "wb") as out:
        return subprocess.run(["pki", "--scep", "--url", URL, "--in", key, "--dn", dn or "O=Example, CN=" + name,
                               "--san", name + ".example.com", "--cacert-enc", r.path("scep-ca.der"), "--cacert-sig",
                               r.path("scep-ca.der"), "--outform", "pem", "--interval", "1", *CIPHER, *more],
                              stdout=out, stderr=subprocess.PIPE, text=True, timeout=60)


def enroll():
    """SCEP by strongSwan's client: at once, by password, pending until granted, renewed."""
    with Room("grant auto") as r:
        assert scep_ca(r) == open(r.ca).read()
        done = scep(r, "one")
        assert done.returncode == 0, done.stderr
        assert r.verify("one").returncode == 0 and "DNS:one.example.com" in r.x509("one", "-text")
        b.openssl("genrsa", "-traditional", "-out", r.path("renewed.key"), "2048")
        b.openssl("x509", "-in", r.path("one.pem"), "-outform", "DER", "-out", r.path("one.der"))
        done = scep(r, "renewed", "--cert", r.path("one.der"), "--key", r.path("one.key"), dn="O=Example, CN=one")
        assert done.returncode == 0, done.stderr
        assert r.verify("renewed").returncode == 0
        password = re.search(r"Generated password: (\w+)",
                             r.box.cli("crypto pki server CA password generate 5")).group(1)
        done = scep(r, "two", "--password", "guessed")
        assert done.returncode != 0, done.stderr
        done = scep(r, "two", "--password", password)
        assert done.returncode == 0, done.stderr
        assert password not in r.box.log() + r.box.cli("show running-config")
        r.box.cli("crypto pki server CA revoke %s" % ("0x" + r.x509("one", "-serial").split("=")[1].strip()))
        done = scep(r, "again", "--cert", r.path("one.der"), "--key", r.path("one.key"), dn="O=Example, CN=one")
        assert done.returncode != 0, done.stderr        # a revoked certificate renews nothing
        assert "PKI-6-CS_REQUEST_GRANTED" in r.box.log()
    with Room() as r:
        scep_ca(r)
        client = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--client", r.dir])
        b.wait_for("the request is there", 20, lambda: "pending" in r.box.cli("show crypto pki server CA requests"))
        r.box.cli("crypto pki server CA grant all")
        assert client.wait(30) == 0
        assert r.verify("late").returncode == 0


def web():
    """What the HTTP server gives, and what it does not."""
    with Room() as r:
        pem = subprocess.run(["openssl", "x509", "-inform", "DER"], input=fetch("http://127.0.0.1/CA.crt"), check=True,
                             stdout=subprocess.PIPE).stdout
        assert pem.decode() == open(r.ca).read()
        assert fetch(URL + "?operation=GetCRL&message=CA") == fetch("http://127.0.0.1/CA.crl")
        assert b"AES\n" in fetch(URL + "?operation=GetCACaps")
        for path in ("/", "/startup-config", "/../startup-config", "/CA.ser", "/CA.key", "/nobody.crl", "/.crl"):
            assert status("http://127.0.0.1" + path, "--path-as-is") == "404", path
        assert status(URL + "?operation=PKIOperation&message=%3D%3D") == "400"
        assert status(URL + "?operation=PKIOperation", "--data-binary", "@" + r.ca) == "400"
        # a message for another CA, by GET and by POST: answered, signed, and refused
        other = os.path.join(b.TREE, "tests", "fuzz", "corpus", "scep", "pkcsreq")
        with open(other, "rb") as f:
            text = urllib.parse.quote(base64.b64encode(f.read()).decode(), safe="")
        for answer in (fetch(URL + "?operation=PKIOperation&message=" + text),
                       fetch(URL + "?operation=PKIOperation", "--data-binary", "@" + other)):
            said = b.openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", r.write("answer", answer))
            assert re.search(r"113733\.1\.9\.4\)\s+set:\s+PRINTABLESTRING:1\b", said), said
            assert re.search(r"113733\.1\.9\.7\)\s+set:\s+PRINTABLESTRING:T-1\b", said), said
        r.write("large", b"x" * 100000)
        assert status(URL + "?operation=PKIOperation", "--data-binary", "@" + r.path("large")) == "413"
        assert status("http://127.0.0.1/CA.crl", "-X", "DELETE") == "405"
        r.box.configure("ip access-list standard NOBODY\n deny any\nip http access-class NOBODY\n")
        assert status("http://127.0.0.1/CA.crl") == "000"
        r.box.configure("no ip http access-class\nip http port 8080\n")
        assert status("http://127.0.0.1:8080/CA.crl") == "200" and status("http://127.0.0.1/CA.crl") == "000"
        r.box.configure("no ip http server\n")
        assert status("http://127.0.0.1:8080/CA.crl") == "000"
        assert "no ip http server" in r.box.cli("show running-config")


CA_CONF = """[ca]
default_ca=d
[d]
database=%(dir)s/index
serial=%(dir)s/serial
new_certs_dir=%(dir)s
default_md=sha256
policy=p
x509_extensions=e
[p]
commonName=optional
organizationName=optional
[e]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign,digitalSignature
subjectKeyIdentifier=hash
"""


def shorten(r, seconds):
    """The certificate of the CA (the box stands still), made anew: it ends in so many seconds."""
    for name, text in (("index", ""), ("serial", "01\n"), ("ca.conf", CA_CONF % {"dir": r.dir})):
        r.write(name, text)
    key, own = os.path.join(r.box.nvram, "keys", "CA.key"), os.path.join(r.box.nvram, "ca", "CA", "CA.cer")
    b.openssl("req", "-new", "-key", key, "-subj", "/O=Example/CN=edge-ca", "-out", r.path("ca.csr"))
    at = time.time()
    when = [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(at + s)) for s in (-3600, seconds)]
    b.openssl("ca", "-batch", "-config", r.path("ca.conf"), "-selfsign", "-keyfile", key, "-preserveDN", "-notext",
              "-in", r.path("ca.csr"), "-startdate", when[0], "-enddate", when[1], "-out", r.path("short.pem"))
    shutil.copy(r.path("short.pem"), own)


def rollover():
    """The CA certificate is followed by another: made by a command and by itself, handed out, signing, and then the CA."""
    with Room("auto-rollover 60\n database archive pem") as r:
        said = r.box.cli("show crypto pki server CA")
        assert "    Auto-Rollover configured, overlap period 60 days\n    Autorollover timer: " in said, said
        assert b"GetNextCACert\n" in fetch(URL + "?operation=GetCACaps")
        assert status(URL + "?operation=GetNextCACert&message=CA") == "404"
        r.certificate("before")
        r.box.cli("crypto pki server CA revoke 2")
        assert "there is no rollover certificate" in r.box.refuses("crypto pki server CA rollover cancel")
        r.box.cli("crypto pki server CA rollover")
        assert "there is a rollover certificate already" in r.box.refuses("crypto pki server CA rollover")
        r.write("next.cms", fetch(URL + "?operation=GetNextCACert&message=CA"))
        b.openssl("cms", "-verify", "-inform", "DER", "-in", r.path("next.cms"), "-CAfile", r.ca, "-binary", "-out",
                  r.path("next.p7"), "-purpose", "any")
        r.write("next.pem", PEM.search(b.openssl("pkcs7", "-inform", "DER", "-in", r.path("next.p7"), "-print_certs")).group(0))
        assert r.x509("next", "-startdate")[10:] == b.openssl("x509", "-in", r.ca, "-noout", "-enddate")[9:]
        print_ = r.x509("next", "-fingerprint", "-md5").strip().split("=")[1].replace(":", "")
        said = r.box.cli("show crypto pki server CA")
        assert "    Rollover status: available for rollover\n    Rollover CA certificate fingerprint: %s \n" \
            % " ".join(re.findall("." * 8, print_)) in said, said
        assert "Autorollover timer" not in said and "    Rollover CA certificate expiration time: " in said, said
        # a request for it, pasted and by SCEP: signed by it, good from when it is the CA
        said = r.box.type("crypto pki server CA rollover request pkcs10 terminal pem\n%s\nquit\n" % r.csr("later").strip())
        assert "% Enrollment request pending, reqid=2" in said, said
        r.box.cli("crypto pki server CA grant 2")
        said = r.box.type("crypto pki server CA rollover request pkcs10 terminal pem\n%s\nquit\n"
                          % open(r.path("later.csr")).read().strip())
        r.write("later.pem", PEM.search(said).group(0))
        done = subprocess.run(["openssl", "verify", "-CAfile", r.path("next.pem"), "-attime",
                               str(int(time.time()) + 1096 * 86400), r.path("later.pem")], stdout=subprocess.DEVNULL)
        assert done.returncode == 0
        assert r.x509("later", "-startdate") == r.x509("next", "-startdate")
        b.openssl("x509", "-in", r.path("next.pem"), "-outform", "DER", "-out", r.path("scep-ca.der"))
        done = scep(r, "waits", "--maxpolltime", "1")
        assert "waits" in r.box.cli("show crypto pki server CA requests"), done.stderr
        r.box.wait_log("%PKI-4-CS_ARCHIVE: Certificate server CA: no archive of the rollover CA certificate: it has no password")
        r.box.cli("crypto pki server CA rollover cancel")
        assert status(URL + "?operation=GetNextCACert&message=CA") == "404"
        # by itself: a certificate that is about to end
        r.box.type("configure terminal\ncrypto pki server CA\nshutdown\ndatabase archive pem password %s\nno shutdown\nend\n"
                   % PASSPHRASE)
        r.box.cli("write memory")
        r.box.stop(keep=True)
        shorten(r, 2)
        r.box.start()
        r.box.wait_log(r"%PKI-6-CS_ROLLOVER_AVAILABLE: Certificate server CA: the rollover CA certificate \(serial number 05\)")
        r.box.wait_log(r"%PKI-6-CS_ROLLOVER: Certificate server CA: the rollover CA certificate is the CA certificate now.")
        b.wait_for("it serves", 10, lambda: b"serial=05" in subprocess.run(
            ["openssl", "x509", "-inform", "DER", "-noout", "-serial"], input=fetch("http://127.0.0.1/CA.crt"),
            stdout=subprocess.PIPE).stdout)
        b.wait_for("its trustpoint follows", 10, lambda: "certificate ca 05" in r.box.cli("show running-config"))
        assert "certificate ca 01" not in r.box.cli("show running-config")
        for _ in range(2):
            said = r.box.cli("show crypto pki server CA")
            assert "Status: enabled" in said and "Rollover status" not in said, said
            r.write("ca.pem", b.openssl("x509", "-inform", "DER", "-in", r.write("ca.der", fetch("http://127.0.0.1/CA.crt"))))
            assert "Serial Number: 02" in r.crl()      # what was revoked stays so, in a list of the new key
            b.openssl("crl", "-in", r.path("crl.pem"), "-CAfile", r.ca, "-noout")
            r.box.stop(keep=True)
            r.box.start()
        archive = os.path.join(r.box.nvram, "ca/CA/CA_00002.pem")
        assert b.openssl("pkey", "-in", archive, "-passin", "pass:" + PASSPHRASE, "-pubout") == \
            b.openssl("x509", "-in", r.ca, "-noout", "-pubkey")
        r.certificate("after")
        assert r.verify("after").returncode == 0 and "serial=06" in r.x509("after", "-serial")


def boot():
    """A startup-config that comes without its files, one with broken files, and one that is stored only."""
    with b.Box("hostname edge1\ncrypto pki server CA\n database level names\n lifetime ca-certificate 20\n") as box:
        box.wait_log(r"%PKI-3-CS_NOT_OPEN: Certificate server CA: there is no CA certificate yet: type `no shutdown'")
        assert "Reason: there is no CA certificate yet" in box.cli("show crypto pki server")
        assert "is not enabled" in box.refuses("crypto pki server CA grant all")
        said = box.type("configure terminal\ncrypto pki server CA\nno shutdown\n%s\n%s\nend\nwrite memory\n"
                        % (PASSPHRASE, PASSPHRASE))
        assert "% Certificate Server enabled." in said, said
        box.wait_log(r"%PKI-4-CERT_EXPIRY_WARNING: CA Certificate belonging to trustpoint CA will expire in (19|20) Days ")
        assert " shutdown" not in box.cli("show running-config | section pki server")
        files = os.path.join(box.nvram, "ca", "CA")
        assert sorted(os.listdir(files)) == ["1.cnm", "CA.cer", "CA.crl", "CA.ser"]
        box.stop(keep=True)
        os.rename(os.path.join(files, "CA.crl"), os.path.join(files, "away"))
        box.start()
        box.wait_log(r"%PKI-3-CS_NOT_OPEN: Certificate server CA: CA.crl is missing or damaged: what is revoked is not")
        said = box.refuses("configure terminal", "crypto pki server CA", "no shutdown")
        assert "CA.crl is missing or damaged" in said, said
        os.rename(os.path.join(files, "away"), os.path.join(files, "CA.crl"))
        box.cli("configure terminal", "crypto pki server CA", "no shutdown")
        assert "Status: enabled" in box.cli("show crypto pki server")
        done = subprocess.run([os.path.join(box.build, "parapetd"), "--check", os.path.join(box.nvram, "startup-config")],
                              text=True, stdout=subprocess.PIPE)
        assert done.returncode == 0 and " 0 refused" in done.stdout, done.stdout
        box.configure("crypto pki server CA\n exit\n")
        box.type("configure terminal\ncrypto pki server CA\nshutdown\nlifetime certificate 0\nno shutdown\nend\n")
        csr = b.openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=a")
        box.type("crypto pki server CA request pkcs10 terminal\n%s\nquit\n" % csr.strip())
        assert "a lifetime below a minute" in box.refuses("crypto pki server CA grant 1")


def vouched():
    """Two servers; the second grants at once to whom the first has issued, for the same name alone."""
    with Room("grant auto") as r:
        r.box.type("configure terminal\ncrypto pki server B\nno database url\ngrant auto trustpoint CA\nno shutdown\n"
                   "%s\n%s\nend\n" % (PASSPHRASE, PASSPHRASE))
        scep_ca(r)
        assert scep(r, "one").returncode == 0
        b.openssl("x509", "-in", r.path("one.pem"), "-outform", "DER", "-out", r.path("one.der"))
        r.write("scep-ca.der", fetch("http://127.0.0.1/B.crt"))
        old = ("--cert", r.path("one.der"), "--key", r.path("one.key"), "--maxpolltime", "2")
        done = scep(r, "same", *old, dn="O=Example, CN=one")
        assert done.returncode == 0, done.stderr
        assert "issuer=CN = B" in r.x509("same", "-issuer"), r.x509("same", "-issuer")
        done = scep(r, "other", *old, dn="O=Example, CN=somebody")
        assert done.returncode != 0                     # it waits for an operator
        assert re.search(r"pending .* (hostname=\S+,)?cn=somebody", r.box.cli("show crypto pki server B requests"))
        refused = r.box.refuses("configure terminal", "crypto pki server CA", "database url flash:db")
        assert "Server is enabled" in refused, refused
        r.box.type("configure terminal\ncrypto pki server F\ndatabase url flash:db\ndatabase level complete\n"
                   "database archive pkcs12\nno shutdown\n%s\n%s\nend\n" % (PASSPHRASE, PASSPHRASE))
        said = r.box.cli("dir flash:db")
        for name in ("F.cer", "F.crl", "F.ser", "1.crt", "1.cnm", "F_00001.p12"):
            assert name in said, (name, said)
        refused = r.box.refuses("configure terminal", "crypto pki server G", "database url bootflash:/db/")
        assert "The database of server F is there" in refused, refused


def crowd():
    """Many at once, and a box that is killed under them: no serial number is given twice."""
    with Room("grant auto") as r:
        scep_ca(r)
        for n in range(16):
            b.openssl("genrsa", "-traditional", "-out", r.path("c%d.key" % n), "1024")

        def together(names):
            clients = [threading.Thread(target=scep, args=(r, name)) for name in names]
            for c in clients:
                c.start()
            return clients
        clients = together("c%d" % n for n in range(8))
        for _ in range(10):
            r.box.cli("show crypto pki server CA requests", "show crypto pki server CA certificates")
        for c in clients:
            c.join()
        clients = together("c%d" % n for n in range(8, 16))
        b.wait_for("some are in", 20, lambda: len(os.listdir(os.path.join(r.box.nvram, "ca", "CA"))) > 36)
        r.box.process.kill()
        r.box.process.wait()
        for c in clients:
            c.join()
        r.box.start()
        before = serials(r)
        assert len(before) >= 8 and len(set(before)) == len(before), before
        assert scep(r, "last").returncode == 0
        assert serials(r).count(r.x509("last", "-serial")) == 1, serials(r)


def serials(r):
    return [r.x509(name[:-4], "-serial") for name in sorted(os.listdir(r.dir))
            if name.endswith(".key") and os.path.exists(r.path(name[:-4] + ".pem"))
            and os.path.getsize(r.path(name[:-4] + ".pem"))]


def trunk():
    """The box asks itself: key, request, certificate and root go by paste, as between two call managers."""
    with Room() as r:
        box = r.box
        box.configure("crypto key generate rsa label sip-key modulus 2048\ncrypto pki trustpoint sip-trunk-cert\n"
                      "enrollment terminal pem\nsubject-name cn=edge1.example.com,o=Example\nfqdn edge1.example.com\n"
                      "serial-number none\nip-address none\nrevocation-check none\nrsakeypair sip-key\n")
        b.authenticate(box, "sip-trunk-cert", open(r.ca).read())
        said = box.type("configure terminal\ncrypto pki enroll sip-trunk-cert\nyes\nno\nend\n")
        r.certificate("own", b.REQUEST.search(said).group(0))
        assert "unstructuredName = edge1.example.com" in r.x509("own", "-subject")
        said = box.type("configure terminal\ncrypto pki import sip-trunk-cert certificate\n%s\nquit\nend\n"
                        % open(r.path("own.pem")).read().strip())
        assert "successfully imported" in said, said
        said = box.cli("show crypto pki certificates")
        assert "Associated Trustpoints: CA sip-trunk-cert" in said or "sip-trunk-cert CA" in said, said
        old = r.csr("old", "rsa:1024", "-sha1")         # what a call manager of 2012 asks with
        r.certificate("old", old)
        with open(os.path.join(box.nvram, "flash", "old.csr"), "w") as f:
            f.write(old)
        assert "% Granted certificate:" in box.cli("crypto pki server CA request pkcs10 flash:old.csr pem")
        # the configuration comes and goes by file; nothing of the CA is lost by that
        box.type("copy running-config flash:with.cfg\n\n")
        with open(os.path.join(box.nvram, "flash", "none.cfg"), "w") as f:
            f.write("hostname edge1\nend\n")
        box.type("configure replace flash:none.cfg force\n")
        assert "crypto pki server" not in box.cli("show running-config")
        box.type("configure replace flash:with.cfg force\n")
        b.wait_for("it is back", 5, lambda: "Status: enabled" in box.cli("show crypto pki server CA"))
        assert "cn=old" in box.cli("show crypto pki server CA certificates")
        # its trustpoint is its own
        said = box.refuses("configure terminal", "no crypto pki trustpoint CA")
        assert "Trustpoint CA is that of the certificate server of this name, which works." in said, said
        box.type("show running-config | redirect flash:without.cfg\n")
        with open(os.path.join(box.nvram, "flash", "without.cfg")) as f:
            text = re.sub(r"crypto pki trustpoint CA\n( .*\n)+", "", f.read())
        with open(os.path.join(box.nvram, "flash", "without.cfg"), "w") as f:
            f.write(text)
        box.type("configure replace flash:without.cfg force\n")
        b.wait_for("it is made again", 5, lambda: "crypto pki trustpoint CA" in box.cli("show running-config"))
        # a key that was made anew signs nothing
        box.type("configure terminal\ncrypto key generate rsa label CA modulus 2048\nyes\nend\n")
        assert "key pair CA is not the one of the CA certificate" in box.refuses("crypto pki server CA revoke 2")
        assert "Reason: nothing can be signed: key pair CA is missing" in box.cli("show crypto pki server")


def hostile():
    """Connections that say nothing, or little by little, are few and short; others are served meanwhile."""
    with Room() as r:
        slow = []
        for i in range(100):
            s = socket.create_connection(("127.0.0.1", 80), 2)
            s.setblocking(False)
            slow.append(s)
        for i, s in enumerate(slow):
            try:
                s.send((b"GET /CA.crl HTTP/1.1\r\nX: ", b"POST " + URL[16:].encode() + b"?operation=PKIOperation HTTP/1.1\r\n"
                        b"Content-Length: 4000000000\r\n\r\nAAAA", b"\x00\xff\x16\x03", b"G")[i // 25])
            except OSError:
                pass
        assert status("http://127.0.0.1/CA.crl", "--interface", "127.0.0.2") == "200"
        assert "Status: enabled" in r.box.cli("show crypto pki server CA")
        b.wait_for("they are thrown out", 20, lambda: status("http://127.0.0.1/CA.crl") == "200")
        for s in slow:
            s.close()
        fds = len(os.listdir("/proc/%d/fd" % r.box.process.pid))
        for n in range(200):
            status(URL + "?operation=PKIOperation&message=" + "A" * n)
        assert len(os.listdir("/proc/%d/fd" % r.box.process.pid)) < fds + 10
    busy = socket.create_server(("0.0.0.0", 80))
    with Room() as r:                                   # somebody has the port: the log says so, the box runs on
        r.box.wait_log(r"%HTTP-3-LISTEN: The HTTP server does not listen: 0.0.0.0:80: Address already in use")
        busy.close()
        r.box.configure("no ip http server\nip http server\n")
        assert status("http://127.0.0.1/CA.crl") == "200"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--client"]:
        class There(Room):
            def __init__(self, directory):
                self.dir = directory
        sys.exit(scep(There(sys.argv[2]), "late", "--maxpolltime", "30", *sys.argv[3:]).returncode)
    play("pki_server", [issue, refused, enroll, web, rollover, below, registration, published, boot, vouched, crowd, trunk, hostile])
