# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates right and wrong, by the openssl command: what a test of verification shows to the box."""

import os

import box as b

LONG_AGO, LATER = "20200101000000Z", "20400101000000Z"
CA_EXTENSIONS = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"
LEAF_EXTENSIONS = "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,keyEncipherment\n" \
                  "extendedKeyUsage=serverAuth,clientAuth"


class Cert:
    """One certificate: paths of it and its key, and who has issued it."""

    def __init__(self, path, key, issuer, name):
        self.path, self.key, self.issuer, self.name = path, key, issuer, name

    @property
    def pem(self):
        with open(self.path) as f:
            return f.read()

    @property
    def serial(self):
        said = b.openssl("x509", "-in", self.path, "-noout", "-serial").strip().split("=")[1]
        return "00" + said if int(said[0], 16) > 7 else said    # as DER has it, and the box


class Forge:
    """Issues whatever it is asked for."""

    def __init__(self, directory):
        self.dir = os.path.join(directory, "forge")
        os.mkdir(self.dir)
        self.count = 0

    def _file(self, text, suffix):
        self.count += 1
        path = os.path.join(self.dir, "%d.%s" % (self.count, suffix))
        with open(path, "w") as f:
            f.write(text)
        return path

    def key(self, kind="ec:P-256"):
        path = self._file("", "key")
        algorithm, _, size = kind.partition(":")
        options = {"rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + size],
                   "pss": ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:" + size],
                   "ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + size]}[algorithm]
        b.openssl("genpkey", *options, "-out", path)
        return path

    def make(self, name, issuer=None, key=None, kind="ec:P-256", extensions=LEAF_EXTENSIONS, md="sha256",
             start="20250101000000Z", end=LATER, padding="", subject=None):
        """issuer None: self-signed.  subject: the whole of it, else CN=name."""
        key = key or self.key(kind)
        self.count += 1
        path = os.path.join(self.dir, "%d.crt" % self.count)
        new = self._file("", "index")
        config = self._file("[ca]\ndefault_ca=d\n[d]\ndatabase=%s\nnew_certs_dir=%s\nrand_serial=yes\n"
                            "default_md=%s\npolicy=p\nunique_subject=no\n[p]\norganizationName=optional\ncommonName=optional\n"
                            "[e]\n%s\nsubjectKeyIdentifier=hash\n" % (new, self.dir, md, extensions), "cnf")
        request = self._file("", "csr")
        b.openssl("req", "-new", "-key", key, "-subj", subject or "/CN=" + name, "-out", request)
        signer = ["-cert", issuer.path, "-keyfile", issuer.key] if issuer else ["-selfsign", "-keyfile", key]
        b.openssl("ca", "-batch", "-notext", "-config", config, "-extensions", "e", "-in", request, *signer,
                  *(["-sigopt", "rsa_padding_mode:pss"] if padding == "pss" else []),
                  "-startdate", start, "-enddate", end, "-out", path)
        return Cert(path, key, issuer, name)

    def ca(self, name, issuer=None, more="", **how):
        extensions = how.pop("extensions", CA_EXTENSIONS + more)
        return self.make(name, issuer, extensions=extensions, **how)

    def bundle(self, certs):
        return self._file("".join(c.pem for c in certs), "pem")

    def index(self, revoked=(), known=()):
        """The database of `openssl ca': what is revoked, (certificate, reason) each, and what is good."""
        lines = ["R\t400101000000Z\t260301000000Z,%s\t%s\tunknown\t/CN=%s\n" % (reason, c.serial.removeprefix("00"), c.name)
                 for c, reason in revoked]
        lines += ["V\t400101000000Z\t\t%s\tunknown\t/CN=%s\n" % (c.serial.removeprefix("00"), c.name) for c in known]
        return self._file("".join(lines), "index")

    def crl(self, path, ca, revoked=(), start="20250101000000Z", end=LATER, md="sha256"):
        """Write the CRL of `ca' in DER."""
        config = self._file("[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ndefault_md=%s\ncrlnumber=%s\nunique_subject=no\n"
                            % (self.index(revoked), md, self._file("01\n", "number")), "cnf")
        b.openssl("ca", "-gencrl", "-config", config, "-cert", ca.path, "-keyfile", ca.key, "-crl_lastupdate", start,
                  "-crl_nextupdate", end, "-out", path + ".pem")
        b.openssl("crl", "-in", path + ".pem", "-outform", "DER", "-out", path)

    def damaged(self, cert):
        """The same with a signature that is wrong in its last bit."""
        der = os.path.join(self.dir, "damaged.der")
        b.openssl("x509", "-in", cert.path, "-outform", "DER", "-out", der)
        with open(der, "r+b") as f:
            f.seek(-1, os.SEEK_END)
            last = f.read(1)[0]
            f.seek(-1, os.SEEK_END)
            f.write(bytes((last ^ 1,)))
        path = self._file("", "crt")
        b.openssl("x509", "-inform", "DER", "-in", der, "-out", path)
        return Cert(path, cert.key, cert.issuer, cert.name)
