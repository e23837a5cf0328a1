#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and certificates in and out of a box, with openssl on the other side: what we export it opens, what it
makes we import, all of it outlives a restart, and no private key, passphrase or master key is ever said.
trustpoints.py [NAME...]"""

import base64
import os
import pty
import re
import select
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import play  # noqa: E402

FILES = os.path.join(b.HERE, "pki")
PASS = "cisco12345"
MASTER = "the-master-of-keys"
CONFIG = "hostname edge1\nip domain name example.com\narchive\n log config\n  logging enable\n  notify syslog\n"


def text_of(name):
    with open(os.path.join(FILES, name), errors="replace") as f:
        return f.read()


def configuration(box):
    """The running configuration without the remarks at its head."""
    return box.cli("show running-config").split("\nversion ", 1)[1]


def flash(box, name):
    return os.path.join(box.nvram, "flash", name)


def import_p12(box, name="edge", more=""):
    said = box.type("configure terminal\ncrypto pki import %s pkcs12 terminal%s password %s\n%squit\nyes\nend\n"
                    % (name, more, PASS, text_of("old.p12.b64")))
    assert "Imported PKCS12 file successfully" in said, said
    return said


def restart(box):
    box.cli("write memory")
    before = configuration(box)
    box.stop(keep=True)
    box.start()
    assert configuration(box) == before, configuration(box)


def read_for(fd, word):
    """What a terminal shows up to that word."""
    said = ""
    end = time.monotonic() + 20
    while word not in said:
        assert time.monotonic() < end, "no %r in:\n%s" % (word, said)
        if select.select([fd], [], [], 0.2)[0]:
            said += os.read(fd, 65536).decode()
    return said


def public_of(key_file, *how):
    return b.openssl("pkey", "-in", key_file, "-pubout", *how)


def pkcs12():
    """A PKCS#12 of openssl goes in, and after a restart out again, for openssl and for another box."""
    with b.Box(CONFIG) as box:
        import_p12(box, more=" exportable")
        restart(box)
        assert "is valid" in box.cli("configure terminal", "crypto pki cert validate edge")
        said = box.type("configure terminal\ncrypto pki export edge pkcs12 flash: password other-pass\n\n")
        assert "Exported PKCS12 file successfully" in said, said
        out = b.openssl("pkcs12", "-in", flash(box, "edge.p12"), "-passin", "pass:other-pass", "-nodes")
        assert out.count("BEGIN CERTIFICATE") == 3, out
        key = os.path.join(box.dir, "out.key")
        with open(key, "w") as f:
            f.write(out)
        assert public_of(key) == text_of("leaf.pub")
        with open(flash(box, "edge.p12"), "rb") as f:
            made = base64.encodebytes(f.read()).decode()
        with b.Box(CONFIG.replace("edge1", "edge2")) as other:
            said = other.type("configure terminal\ncrypto pki import again pkcs12 terminal password other-pass\n"
                              + made + "quit\nno\n")
            assert "Imported PKCS12 file successfully" in said, said
            assert "edge9.example.com" in other.cli("show crypto pki certificates again")


def pem():
    """The same as PEM, with the key in each of the ciphers."""
    with b.Box(CONFIG) as box:
        import_p12(box, more=" exportable")
        for cipher in ("aes", "3des", "des"):
            out = box.cli("configure terminal",
                          "crypto pki export edge pem terminal %s password %s" % (cipher, PASS))
            key = os.path.join(box.dir, cipher)
            with open(key, "w") as f:
                f.write(re.search(r"-----BEGIN ENC.*?END ENC.*?-----\n", out, re.S).group())
            legacy = ("-provider", "legacy", "-provider", "default") if cipher == "des" else ()
            assert public_of(key, "-passin", "pass:" + PASS, *legacy) == text_of("leaf.pub"), cipher
        said = box.type("configure terminal\ncrypto key generate rsa label out modulus 2048 exportable\n"
                        "crypto key export rsa out pem url flash: aes %s\n\n\n" % PASS)
        assert said.count("Writing file") == 2, said
        assert public_of(flash(box, "out.prv"), "-passin", "pass:" + PASS) == open(flash(box, "out.pub")).read()


def request():
    """What was configured is in the request; a chain pasted back is sorted out."""
    with b.Box(CONFIG) as box:
        ca = b.CA(box.dir)
        said = box.type("""configure terminal
crypto key generate rsa usage-keys label trunk modulus 2048
crypto pki trustpoint tp
 enrollment terminal pem
 subject-name CN=edge1.example.com,O="Example, Inc.",C=DE
 subject-alt-name sip.example.com
 fqdn edge1.example.com
 serial-number none
 ip-address 192.0.2.1
 eku request server-auth client-auth ipsec-end-system
 rsakeypair trunk
 hash sha512
crypto pki authenticate tp
%squit
yes
crypto pki enroll tp
yes
no
no
end
""" % ca.text())
        csr = re.search(r"-----BEGIN CERT.*REQUEST-----\n.*?END.*?-----\n", said, re.S).group()
        words = b.openssl("req", "-verify", "-noout", "-text", text=csr)
        for wanted in ("C = DE, O = \"Example, Inc.\", CN = edge1.example.com", "DNS:edge1.example.com",
                       "DNS:sip.example.com", "IP Address:192.0.2.1", "sha512WithRSAEncryption",
                       "TLS Web Server Authentication, TLS Web Client Authentication, IPSec End System"):
            assert wanted in words, "%s not in\n%s" % (wanted, words)
        assert "Key Encipherment" not in words, words
        restart(box)
        assert "Status: Pending" in box.cli("show crypto pki certificates tp")
        said = box.type("configure terminal\ncrypto pki import tp certificate\n%s%squit\nend\n"
                        % (ca.text(), ca.sign(csr)))
        assert "Router Certificate successfully imported" in said, said
        waits = re.findall(r"Status: Pending\n   Key Usage: (\w+)", box.cli("show crypto pki certificates tp"))
        assert waits == ["Encryption"], waits       # the request of the other pair
        assert "is valid" in box.cli("configure terminal", "crypto pki cert validate tp")


def audit():
    """A public CA's certificate is for servers only: that is said at the import."""
    with b.Box(CONFIG) as box:
        ca = b.CA(box.dir)
        said = box.type("""configure terminal
crypto key generate ec keysize 256 label ours
crypto pki trustpoint tp
 enrollment terminal pem
 serial-number none
 ip-address none
 eckeypair ours
 chain-validation continue
crypto pki authenticate tp
%squit
yes
crypto pki enroll tp
yes
no
end
""" % ca.text())
        csr = re.search(r"-----BEGIN CERT.*REQUEST-----\n.*?END.*?-----\n", said, re.S).group()
        files = [os.path.join(box.dir, n) for n in ("csr", "ext", "crt")]
        for path, text in zip(files, (csr, "extendedKeyUsage=serverAuth\n")):
            with open(path, "w") as f:
                f.write(text)
        b.openssl("x509", "-req", "-in", files[0], "-CA", ca.pem, "-CAkey", ca.key, "-days", "30",
                  "-set_serial", "77", "-extfile", files[1], "-out", files[2])
        with open(files[2]) as f:
            said = box.type("configure terminal\ncrypto pki import tp certificate\n%squit\n" % f.read())
        assert "may not be used as a TLS client: its extended key usage (Server Auth) lacks Client Auth" in said, said
        said = box.cli("configure terminal", "crypto pki cert validate tp")
        assert "may not be used as a TLS client" in said and "is not valid" in said, said
        refused = re.search(r"As client, where we call: REFUSED: (.*)", box.type("crypto pki validate tp\n")).group(1)
        assert "%% %s\n" % refused in said, (refused, said)


TRUNK = """interface Loopback0
 ip address 127.0.0.1 255.0.0.0
voice service voip
 ip address trusted list
  ipv4 127.0.0.0 255.0.0.0
 sip
  bind control source-interface Loopback0
sip-ua
 crypto signaling default trustpoint edge
 transport tcp tls
"""


def speaks_tls():
    """With its certificate and the one above it."""
    said = subprocess.run(
        ["openssl", "s_client", "-connect", "127.0.0.1:5061", "-CAfile", os.path.join(FILES, "root.pem"),
         "-cert", os.path.join(FILES, "leaf.pem"), "-key", os.path.join(FILES, "leaf.key"),
         "-verify_return_error", "-showcerts"], input="", text=True, timeout=20,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    return "Verify return code: 0 (ok)" in said and said.count("BEGIN CERTIFICATE") == 2


def handshake():
    """What came in as PKCS#12 speaks TLS at once, with its chain; so it does after a restart, keys sealed."""
    with b.Box(CONFIG + TRUNK) as box:
        import_p12(box)
        for _ in range(2):
            assert speaks_tls()
            box.type("configure terminal\npassword encryption aes\nkey config-key password-encrypt\n%s\n%s\nend\n"
                     % (MASTER, MASTER))
            restart(box)


def locked():
    """A key with a passphrase of its own is not usable after a restart until somebody unlocks it."""
    with b.Box(CONFIG + TRUNK) as box:
        import_p12(box)
        box.cli("configure terminal", "crypto key encrypt write ec name edge passphrase its-own-words")
        assert speaks_tls()
        box.cli("crypto key lock ec name edge passphrase its-own-words")
        assert not speaks_tls()
        restart(box)
        assert not speaks_tls()
        assert "LOCKED" in box.cli("show crypto key mypubkey ec edge")
        box.refuses("crypto key unlock ec name edge passphrase who-knows")
        box.cli("crypto key unlock ec name edge passphrase its-own-words")
        assert speaks_tls()
        box.cli("configure terminal", "crypto key decrypt write ec name edge passphrase its-own-words")
        restart(box)
        assert speaks_tls()


def typed():
    """Pasted into a terminal with blank lines behind every line; the private key is not even echoed."""
    with b.Box(CONFIG) as box:
        pid, fd = pty.fork()
        if pid == 0:
            os.execv(os.path.join(box.build, "parapet"), ["parapet", "--socket", box.socket])
        said = read_for(fd, "edge1>")
        os.write(fd, ("enable\nconfigure terminal\ncrypto pki import pem pem terminal password %s\n%squit\n%s\nquit\n"
                      "%s\nquit\nno\ncrypto pki import p pkcs12 terminal password %s\n%s\nyes\nend\nshow privilege\n"
                      % (PASS, text_of("ca-chain.pem"), text_of("leaf.p8"), text_of("leaf.pem"), PASS,
                         text_of("old.p12.b64").replace("\n", "\n\n"))).replace("\n", "\r").encode())
        said += read_for(fd, "Current privilege level")
        os.close(fd)
        os.waitpid(pid, 0)
        assert "PEM files import succeeded" in said and "Imported PKCS12 file successfully" in said, said
        assert "Invalid input" not in said, said
        for line in text_of("leaf.p8").splitlines()[1:-1]:
            assert line not in said, said


# ---- secrets ---------------------------------------------------------------------------------------------


def private_numbers():
    """The secret number of leaf.key, as it would show: raw, in hexadecimal, in base 64 of any alignment."""
    words = b.openssl("pkey", "-in", os.path.join(FILES, "leaf.key"), "-noout", "-text")
    number = bytes.fromhex(re.sub(r"[\s:]", "", re.search(r"priv:(.*?)pub:", words, re.S).group(1)))[-32:]
    forms = [number, number.hex().encode(), number.hex().upper().encode()]
    for skip in range(3):
        forms.append(base64.b64encode(number[skip:skip + 24]))
    return forms


def files_of(box):
    for directory, _, names in os.walk(box.nvram):
        for name in names:
            with open(os.path.join(directory, name), "rb") as f:
                yield os.path.join(directory, name), f.read()


SAYINGS = ("show running-config all", "show logging", "show archive log config all", "show crypto key mypubkey all",
           "show crypto pki certificates verbose", "show crypto pki trustpoints status", "show tech-support",
           "show crypto pki certificates pem")


def nobody_says(box, texts, sealed):
    heard = [(line, box.cli(line).encode()) for line in SAYINGS] + [("stderr", box.stderr().encode())]
    if sealed:
        heard += list(files_of(box))
    for where, said in heard:
        for secret in private_numbers() + [t.encode() for t in texts]:
            plain = re.sub(rb"\s", b"", said)
            assert secret not in said and secret not in plain, "%s is in %s" % (secret, where)


def planted():
    """A known key goes in by every way; nothing ever says it, the passphrases or the master key."""
    with b.Box(CONFIG) as box:
        said = import_p12(box)
        said += box.type("configure terminal\ncrypto pki import pem pem terminal password %s\n%squit\n%squit\n%s\nquit\n"
                         "end\n" % (PASS, text_of("sub.pem"), text_of("leaf.p8"), text_of("leaf.pem")))
        assert "PEM files import succeeded" in said, said
        said += box.type("configure terminal\ncrypto pki trustpoint tp\nenrollment terminal\n"
                         "crypto pki authenticate tp\n%squit\nend\n" % text_of("leaf.key"))
        assert "this is a private key" in said, said
        said += box.type("configure terminal\npassword encryption aes\nkey config-key password-encrypt\n%s\n%s\nend\n"
                         % (MASTER, MASTER))
        for secret in private_numbers():
            assert secret.decode("latin-1") not in said
        box.cli("write memory")
        nobody_says(box, (PASS, MASTER), sealed=False)
        for name, text in files_of(box):
            if name.endswith("master-key"):
                continue
            for secret in private_numbers() + [MASTER.encode(), PASS.encode(), b"PRIVATE KEY"]:
                assert secret not in text, "%s: %s" % (name, secret)
        restart(box)
        assert "is valid" in box.cli("configure terminal", "crypto pki cert validate pem")
        assert os.stat(os.path.join(box.nvram, "master-key")).st_mode & 0o777 == 0o600


PROFILES = """voice class tls-profile 1
 trustpoint edge client other
voice class tls-profile 2
 trustpoint other
sip-ua
 crypto signaling remote-addr 127.0.0.2 255.255.255.255 trustpoint other
 crypto signaling default trustpoint edge
"""


def rolled():
    """A new identity in the place of an old one, and back: what named the new one before keeps it."""
    with b.Box(CONFIG + PROFILES) as box:
        ca = b.CA(box.dir)
        for name in ("edge", "other"):
            b.enroll(box, ca, name)
        before = configuration(box)
        for way in ("from edge to other", "back", "back", "back"):
            said = box.cli("crypto pki rollover " + way)
            assert "; 2 lines of the configuration were changed." in said, said
            assert (configuration(box) == before) == ("certificate of edge" in said), configuration(box)


def unset():
    """`no' and `default' without a value, where a row has several forms."""
    with b.Box(CONFIG) as box:
        for mode in ("crypto pki trustpoint tp", "crypto pki trustpool policy"):
            for line in ("chain-validation continue up", "crl cache none", "crl cache delete-after 5"):
                for word in ("no", "default"):
                    box.configure("%s\n %s\n %s %s\n" % (mode, line, word, line.split(" ")[0] if "chain" in line
                                                         else "crl cache"))
                    assert line not in configuration(box), configuration(box)


def closed():
    """Without its master key a box starts, says so, and holds no key."""
    with b.Box(CONFIG) as box:
        import_p12(box)
        box.type("configure terminal\npassword encryption aes\nkey config-key password-encrypt %s\nend\n" % MASTER)
        box.cli("write memory")
        box.stop(keep=True)
        os.rename(os.path.join(box.nvram, "master-key"), os.path.join(box.dir, "master-key"))
        box.start()
        assert "edge.key" in box.log()
        assert "is not valid" in box.cli("configure terminal", "crypto pki cert validate edge")
        box.stop(keep=True)
        os.rename(os.path.join(box.dir, "master-key"), os.path.join(box.nvram, "master-key"))
        box.start()
        assert "is valid" in box.cli("configure terminal", "crypto pki cert validate edge")


if __name__ == "__main__":
    b.own_network()
    play("trustpoints", [pkcs12, pem, request, audit, handshake, locked, typed, planted, closed, rolled, unset])
