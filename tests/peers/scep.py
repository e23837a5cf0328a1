# SPDX-License-Identifier: GPL-3.0-or-later
"""A CA that speaks SCEP (RFC 8894) and EST (RFC 7030), made with the openssl command and nothing of ours: it opens and
checks what the box sends, and it can be told to misbehave.

    with Responder(directory) as r:
        r.mode = "pending"; ...  r.seen holds what came"""

import base64
import http.server
import os
import re
import ssl
import subprocess
import threading
import time
import urllib.parse

OID = "2.16.840.1.113733.1.9."
EXTENSIONS = """[req]
distinguished_name=dn
[dn]
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign,digitalSignature,keyEncipherment
subjectKeyIdentifier=hash
[ra]
keyUsage=critical,digitalSignature,keyEncipherment
[server]
subjectAltName=DNS:localhost,IP:127.0.0.1
extendedKeyUsage=serverAuth
"""


def run(*arguments, data=None):
    done = subprocess.run(["openssl", *arguments], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise ValueError("openssl %s: %s" % (" ".join(arguments), done.stderr.decode()))
    return done.stdout


# ---- DER, by hand: openssl's `cms' cannot add attributes ---------------------------------------------------------

def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    size = bytes([n]) if n < 128 else bytes([0x80 + (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag]) + size + body


def oid(text):
    a = [int(x) for x in text.split(".")]
    out = bytes([a[0] * 40 + a[1]])
    for n in a[2:]:
        part = [n & 0x7f]
        while n > 127:
            n >>= 7
            part.append(0x80 | n & 0x7f)
        out += bytes(reversed(part))
    return tlv(6, out)


def walk(der, at=0):
    """(tag, start, body, end) of the element at `at'."""
    tag, n, body = der[at], der[at + 1], at + 2
    if n & 0x80:
        k = n & 0x7f
        n = int.from_bytes(der[body:body + k], "big")
        body += k
    return tag, at, body, body + n


def children(der):
    _, _, at, end = walk(der)
    out = []
    while at < end:
        _, start, _, at = walk(der, at)
        out.append(der[start:at])
    return out


SHA256 = tlv(0x30, oid("2.16.840.1.101.3.4.2.1"), tlv(5))


class Responder:
    def __init__(self, directory, name="peer-ca"):
        self.dir, self.mode, self.seen, self.paths = directory, "grant", [], []
        self.life_s, self.password, self.caps = 3600, None, "POSTPKIOperation\nSHA-256\nAES\nRenewal\n"
        self.refused = None                         # whom the next CA does not want, as in "CN = edge9"
        self.ra, self.waiting, self.lock = False, {}, threading.Lock()
        self.write("x.cnf", EXTENSIONS.encode())
        self.authority("ca", name)
        self.authority("other", name)               # the same name, another key
        self.leaf("ra", "ra", "/CN=peer-ra")
        self.leaf("server", "server", "/CN=localhost")
        self.servers = []

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def authority(self, name, cn):
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.path(name + ".key"), "-out",
            self.path(name + ".pem"), "-subj", "/O=Example/CN=" + cn, "-days", "30", "-config", self.path("x.cnf"),
            "-extensions", "ca")

    def short(self, name, life_s):
        """That authority anew, for so many seconds from now."""
        self.prepare()
        run("req", "-new", "-key", self.path(name + ".key"), "-out", self.path(name + ".csr"), "-subj",
            run("x509", "-in", self.path(name + ".pem"), "-noout", "-subject", "-nameopt", "compat").decode()
            .split("=", 1)[1].strip(), "-config", self.path("x.cnf"))
        self.sign(name + ".csr", name + ".pem", life_s, "-selfsign", "-keyfile", self.path(name + ".key"), "-extfile",
                  self.path("x.cnf"), "-extensions", "ca", "-preserveDN")

    def roll(self):
        """There is a next CA, which GetNextCACert names."""
        self.authority("next", "peer-ca-2")
        self.caps += "GetNextCACert\n"

    def leaf(self, name, section, subject):
        run("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", self.path(name + ".key"), "-out",
            self.path(name + ".csr"), "-subj", subject, "-config", self.path("x.cnf"))
        run("x509", "-req", "-in", self.path(name + ".csr"), "-CA", self.path("ca.pem"), "-CAkey", self.path("ca.key"),
            "-set_serial", str(len(name) + 2), "-days", "30", "-out", self.path(name + ".pem"), "-extfile",
            self.path("x.cnf"), "-extensions", section)

    def der(self, name):
        return run("x509", "-in", self.path(name + ".pem"), "-outform", "DER")

    # ---- issuing

    def issue(self, csr, ca="ca", key=None):
        """A certificate that lives self.life_s seconds from now; `key': for somebody else's."""
        self.prepare()
        self.write("in.csr", csr)
        self.sign("ra.csr" if key else "in.csr", "issued.pem", self.life_s, "-cert", self.path(ca + ".pem"), "-keyfile",
                  self.path(ca + ".key"), *(["-preserveDN"] if not key else []))
        return self.read("issued.pem")

    def sign(self, csr, out, life_s, *options):
        now = time.time()
        stamp = lambda t: time.strftime("%Y%m%d%H%M%SZ", time.gmtime(t))   # noqa: E731
        run("ca", "-batch", "-notext", "-config", self.path("ca.cnf"), "-in", self.path(csr), "-out", self.path(out),
            "-startdate", stamp(now - 1), "-enddate", stamp(now + life_s), *options)

    def prepare(self):
        if not os.path.exists(self.path("index.txt")):
            self.write("index.txt", b"")
            self.write("ca.cnf", ("[ca]\ndefault_ca=d\n[d]\ndatabase=%s\nnew_certs_dir=%s\ndefault_md=sha256\n"
                                  "policy=p\nunique_subject=no\nrand_serial=yes\ncopy_extensions=copy\n[p]\n"
                                  "commonName=optional\norganizationName=optional\nunstructuredName=optional\n"
                                  "serialNumber=optional\n" % (self.path("index.txt"), self.dir)).encode())

    def degenerate(self, *names):
        files = [word for name in names for word in ("-certfile", self.path(name))]
        return run("crl2pkcs7", "-nocrl", *files, "-outform", "DER")

    # ---- SCEP

    def reply(self, signer, transaction, nonce, status, content=None, fail=None):
        """A CertRep: SignedData with the attributes of SCEP."""
        import hashlib
        cert = self.der(signer)
        tbs = children(children(cert)[0])
        issuer, serial = tbs[3], tbs[1]
        text = lambda n, value: tlv(0x30, oid(OID + n), tlv(0x31, tlv(0x13, value.encode())))   # noqa: E731
        data = content or b""
        attributes = [tlv(0x30, oid("1.2.840.113549.1.9.3"), tlv(0x31, oid("1.2.840.113549.1.7.1"))),
                      tlv(0x30, oid("1.2.840.113549.1.9.4"), tlv(0x31, tlv(4, hashlib.sha256(data).digest()))),
                      text("2", "3"), text("3", str(status)), text("7", transaction),
                      tlv(0x30, oid(OID + "5"), tlv(0x31, tlv(4, os.urandom(16)))),
                      tlv(0x30, oid(OID + "6"), tlv(0x31, tlv(4, nonce)))]
        if fail is not None:
            attributes.append(text("4", str(fail)))
        attributes = b"".join(sorted(attributes))
        self.write("attributes", tlv(0x31, attributes))
        signature = run("dgst", "-sha256", "-sign", self.path(signer + ".key"), self.path("attributes"))
        if self.mode == "broken":
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        info = tlv(0x30, tlv(2, b"\x01"), tlv(0x30, issuer, serial), SHA256, tlv(0xa0, attributes),
                   tlv(0x30, oid("1.2.840.113549.1.1.1"), tlv(5)), tlv(4, signature))
        inner = tlv(0x30, oid("1.2.840.113549.1.7.1"), *([tlv(0xa0, tlv(4, data))] if content else []))
        signed = tlv(0x30, tlv(2, b"\x01"), tlv(0x31, SHA256), inner, tlv(0xa0, cert), tlv(0x31, info))
        return tlv(0x30, oid("1.2.840.113549.1.7.2"), tlv(0xa0, signed))

    def attribute(self, printed, number):
        found = re.search(re.escape(OID + number) + r"\)\s+set:\s+(PRINTABLESTRING:(\S+)|OCTET STRING:\s+((?:[0-9a-f]+ - [^\n]*\n\s*)+))",
                          printed)
        assert found, (number, printed)
        if found.group(2):
            return found.group(2)
        return b"".join(bytes.fromhex(re.sub(r"[ -]", "", re.sub(r"   .*", "", line.split(" - ")[1])))
                        for line in found.group(3).strip().splitlines())

    def operation(self, message):
        """What is answered to a PKIOperation; openssl's `cms' reads and checks it."""
        self.write("message", message)
        printed = run("cms", "-cmsout", "-print", "-inform", "DER", "-in", self.path("message")).decode()
        kind, transaction, nonce = (self.attribute(printed, n) for n in "275")
        sealed = run("cms", "-verify", "-noverify", "-inform", "DER", "-in", self.path("message"), "-binary", "-signer",
                     self.path("from.pem"))
        who = "ra" if self.ra else "ca"
        try:
            inside = self.unseal(sealed, who)
            self.issuer = "ca"
        except ValueError:
            inside = self.unseal(sealed, "next")    # who seals for the next CA asks it
            self.issuer = "next"
            who = who if kind == "17" else "next"   # the present CA still speaks for it while it lives
        wide = run("asn1parse", "-inform", "DER", "-in", self.write("sealed", sealed)).decode()
        self.seen.append({"type": kind, "transaction": transaction, "cipher": wide, "sha256": "sha256" in printed,
                          "issuer": self.issuer, "from": run("x509", "-in", self.path("from.pem"), "-noout", "-subject", "-issuer").decode()})
        return self.decide(kind, transaction, nonce, inside, who)

    def unseal(self, sealed, who):
        return run("cms", "-decrypt", "-inform", "DER", "-recip", self.path(who + ".pem"), "-inkey",
                   self.path(who + ".key"), "-binary", data=sealed)

    def decide(self, kind, transaction, nonce, inside, who):
        if kind in ("19", "17"):
            csr = run("req", "-inform", "DER", "-verify", data=inside)
            self.seen[-1]["csr"] = run("req", "-noout", "-text", data=csr).decode()
            self.waiting[transaction] = csr
        csr = self.waiting.get(transaction)
        if self.issuer == "next" and self.refused and self.refused in self.seen[-1].get("csr", ""):
            return self.reply(who, transaction, nonce, 2, fail=2)
        if self.mode == "refuse" or (self.password and kind == "19" and ":" + self.password not in self.seen[-1]["csr"]):
            return self.reply(who, transaction, nonce, 2, fail=2)
        if not csr:
            return self.reply(who, transaction, nonce, 2, fail=4)
        if self.mode == "pending":
            return self.reply(who, transaction, nonce, 3)
        self.write("granted.pem", self.issue(csr, ca="other" if self.mode == "foreign" else self.issuer,
                                             key=self.path("ra.csr") if self.mode == "otherkey" else None))
        sealed = run("cms", "-encrypt", "-binary", "-aes128", "-outform", "DER", self.path("from.pem"),
                     data=self.degenerate("granted.pem", "ca.pem"))
        if self.mode == "replay":
            nonce = b"0123456789abcdef"
        if self.mode == "transaction":
            transaction = "DEADBEEF"
        return self.reply("other" if self.mode == "impostor" else who, transaction, nonce, 0, sealed)

    # ---- HTTP

    def scep(self, query, body):
        operation = query.get("operation", [""])[0]
        if operation == "GetCACaps":
            return 200, "text/plain", self.caps.encode(), {}
        if operation == "GetCACert" and self.ra:
            return 200, "application/x-x509-ca-ra-cert", self.degenerate("ra.pem", "ca.pem"), {}
        if operation == "GetCACert":
            return 200, "application/x-x509-ca-cert", self.der("ca"), {}
        if operation == "GetNextCACert" and "GetNextCACert" in self.caps:
            return 200, "application/x-x509-next-ca-cert", run(
                "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-signer", self.path("ca.pem"), "-inkey",
                self.path("ca.key"), data=self.degenerate("next.pem")), {}
        if operation == "PKIOperation":
            message = body if body is not None else base64.b64decode(query["message"][0])
            if body is None:
                self.seen.append({"type": "GET"})
            return 200, "application/x-pki-message", self.operation(message), {}
        return 404, "text/plain", b"", {}

    def est(self, path, body, headers, peer):
        if path.endswith("/cacerts"):
            return 200, "application/pkcs7-mime", base64.encodebytes(self.degenerate("ca.pem")), {}
        csr = run("req", "-inform", "DER", "-verify", data=base64.b64decode(body))
        self.seen.append({"path": path, "authorization": headers.get("Authorization"), "peer": peer,
                          "csr": run("req", "-noout", "-text", data=csr).decode()})
        if self.password and not peer:
            if headers.get("Authorization") != "Basic " + base64.b64encode(self.password.encode()).decode():
                return 401, "text/plain", b"", {"WWW-Authenticate": 'Basic realm="est"'}
        if self.mode == "refuse":
            return 403, "text/plain", b"", {}
        if self.mode == "pending":
            return 202, "text/plain", b"", {"Retry-After": "2"}
        self.write("granted.pem", self.issue(csr, key=self.path("ra.csr") if self.mode == "otherkey" else None))
        return 200, "application/pkcs7-mime", base64.encodebytes(self.degenerate("granted.pem")), {}

    def answer(self, handler, body):
        url = urllib.parse.urlsplit(handler.path)
        with self.lock:
            self.paths.append(handler.path)
            try:
                if "/.well-known/est" in url.path:
                    peer = handler.connection.getpeercert() if hasattr(handler.connection, "getpeercert") else None
                    return self.est(url.path, body, handler.headers, peer)
                return self.scep(urllib.parse.parse_qs(url.query), body)
            except (ValueError, AssertionError, KeyError, IndexError) as error:
                self.seen.append({"error": str(error)})
                return 500, "text/plain", b"", {}

    def listen(self, port, tls=None):
        responder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self, body=None):
                status, kind, data, more = responder.answer(self, body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                for name, value in more.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self):
                self.do_GET(self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        server.handle_error = lambda request, address: None     # a box that hangs up is what some tests are about
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.path(tls + ".pem"), self.path(tls + ".key"))
            context.load_verify_locations(self.path("ca.pem"))
            context.verify_mode = ssl.CERT_OPTIONAL
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.servers.append(server)
        return server

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
        self.servers = []
