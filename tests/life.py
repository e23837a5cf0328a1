#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a configuration on a running box: replaced and rolled back under a call, killed while it is
saved, by alarms, and over the network (atftpd, Python's HTTP, OpenSSL's HTTPS, Dropbear's SFTP and SCP).
life.py [NAME...]"""

import ctypes
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import play  # noqa: E402
from pki import Forge  # noqa: E402
from telnet import Telnet  # noqa: E402

CONFIG = """hostname edge1
username admin privilege 15 password 0 hidden
"""


def quickstart():
    with open(os.path.join(b.TREE, "startup-config", "quickstart.cfg")) as f:
        return f.read()


def received(box):
    return [int(n) for n in re.findall(r" rx:(\d+)/", box.cli("show call active voice brief"))]


def flows(box):
    """All legs of the call still get packets."""
    before = received(box)
    assert len(before) == 4, before
    time.sleep(0.4)
    after = received(box)
    assert len(after) == 4 and all(y > x for x, y in zip(before, after)), (before, after)


def under_a_call():
    """Replaced by nearly nothing, rolled back, replaced, confirmed: the call that is up goes on."""
    with b.Box(quickstart()) as box:
        box.cli("csim start 9898 duration 120")
        flows(box)
        box.type("copy running-config flash:good.cfg\n\n")
        box.type("copy flash:good.cfg flash:bare.cfg\n\n")
        with open(os.path.join(box.nvram, "flash", "bare.cfg"), "w") as f:
            f.write("!\nversion 17.9\nhostname bare\nend\n")
        said = box.cli("configure replace flash:bare.cfg force time 5")
        assert "Total number of passes: 1\nRollback Done" in said, said
        assert "dial-peer" not in box.cli("show running-config")
        flows(box)
        assert "DP_MATCH" not in box.cli("show dialplan number 9898")
        box.cli("configure revert now")
        assert "dial-peer voice 100 voip" in box.cli("show running-config")
        flows(box)
        said = box.cli("show archive config differences flash:good.cfg")
        assert "No changes were found" in said, said
        box.cli("configure replace flash:bare.cfg force", "configure replace flash:good.cfg force")
        flows(box)
        with open(os.path.join(box.nvram, "flash", "bad.cfg"), "w") as f:
            f.write("hostname bad\nthis is no command\nend\n")
        said = box.refuses("configure replace flash:bad.cfg force")
        assert "this is no command    (line 2: invalid input" in said and "nothing was changed" in said, said
        assert "hostname bad" not in box.cli("show running-config")
        flows(box)
        box.cli("csim start 9898 duration 1")           # and a new one finds the way
        log = box.log()
        assert re.search(r"ROLLBK_CNFMD_CHG_ROLLBACK_START", log), log


def killed():
    """kill -9 at any moment of a save leaves the old startup-config or the new one."""
    with b.Box(CONFIG) as box:
        path = os.path.join(box.nvram, "startup-config")
        box.cli("configure terminal", *("ip host h%d 192.0.2.1" % n for n in range(0)),
                *(line for n in range(300) for line in ("dial-peer voice %d voip" % (n + 1),
                                                        "description " + "x" * 200)), "end", "write memory")
        with open(path) as f:
            whole = re.sub(r"(?m)^!.*\n", "", f.read())
        for n in range(12):
            box.cli("configure terminal", "hostname e%d" % n)
            saving = subprocess.Popen([os.path.join(box.build, "parapet"), "--socket", box.socket] +
                                      ["-c", "write memory"] * 50, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
            time.sleep(0.01 + n * 0.004)
            box.process.send_signal(signal.SIGKILL)
            box.process.wait()
            saving.wait()
            with open(path) as f:
                got = re.sub(r"(?m)^!.*\n", "", f.read())
            assert re.sub(r"(?m)^hostname .*", "", got) == re.sub(r"(?m)^hostname .*", "", whole), n
            os.unlink(box.socket)
            box.start()
            assert not [name for name in os.listdir(box.nvram) if name.endswith("~")], os.listdir(box.nvram)


typed_for = []


def type_on():
    """An operator who is never idle; `absolute-timeout' ends it all the same."""
    began = time.monotonic()
    t = Telnet("127.0.0.1", 2324)
    t.read_to("edge[12]>$")
    try:
        while time.monotonic() - began < 100:
            t.type("show clock", "edge[12]>$")
            time.sleep(2)
    except (AssertionError, OSError):
        pass
    typed_for.append(time.monotonic() - began)


def later():
    """What alarms ring for: a change that nobody confirms goes, an archive is made, a box restarts."""
    with b.Box(CONFIG + "archive\n path flash:copy-\n time-period 1\n"
               "line vty 0 4\n no login\n absolute-timeout 1\n", options=["--telnet", "127.0.0.1:2324"]) as box, \
            b.Box(CONFIG) as other:
        line = threading.Thread(target=type_on)
        line.start()
        forge = Forge(box.dir)                          # a root that ends in five days: the log says so in a minute
        end = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 5 * 86400 + 3600))
        box.configure("crypto pki trustpoint soon\n enrollment terminal pem\n revocation-check none\n")
        b.authenticate(box, "soon", forge.ca("Ending Root", end=end).pem)
        day = [time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86400)) for days in (-1, 5)]
        box.configure("voice class tls-profile 1\n trustpoint soon\n compatibility sha-1 until %s\n compatibility tls-1.1 "
                      "until %s\n" % tuple(day))
        box.type("configure terminal revert timer 1\nhostname edge2\nend\n")
        said = other.type("configure terminal\nhostname edge2\nend\nreload in 1\nno\n\nshow reload\n")
        assert "Reload scheduled for" in said, said
        pid, began = other.process.pid, time.monotonic()
        assert "hostname edge2" in box.cli("show running-config")
        b.wait_for("the change goes", 70, lambda: "hostname edge1" in box.cli("show running-config"))
        assert time.monotonic() - began > 50
        b.wait_for("the restart", 20, lambda: "hostname edge1" in running(other))
        assert other.process.pid == pid and other.alive()
        b.wait_for("the archive", 10, lambda: "There are currently 1 archive" in box.cli("show archive"))
        box.wait_log(r"%PKI-3-CERT_EXPIRY_WARNING: CN=Ending Root \(serial \w+\), CA of trustpoint soon, expires in 5 days, at ")
        box.wait_log(r"%PKI-4-COMPATIBILITY_ENDED: compatibility sha-1 of voice class tls-profile 1 has ended at 00:00:00 UTC ")
        box.wait_log(r"%PKI-4-COMPATIBILITY_ENDS: compatibility tls-1.1 of voice class tls-profile 1 ends in 4 days, at ")
        line.join(15)
        assert not line.is_alive() and 55 < typed_for[0] < 75, typed_for
        said = box.cli("dir flash:")
        assert re.search(r"copy-\w{3}-\d\d-[\d-]+\.\d{3}-0\n", said), said


def running(box):
    """Its configuration; while it is not there, nothing."""
    try:
        return box.cli("show running-config")
    except b.Refused:
        return ""


def large():
    """80,000 lines in the place of others."""
    text = "!\nhostname edge1\n" + "".join(
        "dial-peer voice %d voip\n description peer number %d\n destination-pattern %d\n session protocol sipv2\n"
        " session target ipv4:192.0.2.%d\n codec g711alaw\n no vad\n dtmf-relay rtp-nte\n"
        % (n, n, 100000 + n, n % 250 + 1) for n in range(1, 10001)) + "end\n"
    with b.Box(CONFIG) as box:
        with open(os.path.join(box.nvram, "flash", "large.cfg"), "w") as f:
            f.write(text)
        began = time.monotonic()
        said = box.cli("configure replace flash:large.cfg force")
        assert "Rollback Done" in said, said
        seconds = time.monotonic() - began
        assert box.cli("show running-config | count ^dial-peer") == "Number of lines which match regexp = 10000\n"
        again = time.monotonic()
        box.cli("configure replace flash:large.cfg force")
        said = box.cli("show archive config differences flash:large.cfg")
        assert said.count("\n") < 20, said[:2000]      # the defaults that the file does not say
        print("   replaced in %.2f s, and again, and compared, in %.2f s" % (seconds, time.monotonic() - again))


# ---- files by the network ------------------------------------------------------------------------------------------


class Servers:
    """A directory by TFTP, HTTP and SSH; SSH's users live in this mount namespace alone."""

    def __init__(self, directory):
        self.dir = directory
        self.running = []
        libc = ctypes.CDLL(None, use_errno=True)
        assert libc.unshare(0x20000) == 0, "no mount namespace"
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        home = os.path.join(directory, "home")
        os.mkdir(home)
        hashed = subprocess.run(["openssl", "passwd", "-6", "s3cret"], capture_output=True, text=True).stdout
        self.over("/etc/passwd", "root:x:0:0:root:%s:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n" % home)
        self.over("/etc/shadow", "root:%s:19000:0:99999:7:::\n" % hashed.strip())

    def over(self, path, text):
        mine = os.path.join(self.dir, os.path.basename(path))
        with open(mine, "w") as f:
            f.write(text)
        subprocess.run(["mount", "--bind", mine, path], check=True)

    def start(self, *command):
        self.running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                             cwd=self.dir))

    def ssh(self, key):
        path = os.path.join(self.dir, key)
        subprocess.run(["dropbearkey", "-t", "rsa", "-f", path], check=True, capture_output=True)
        self.start("dropbear", "-F", "-E", "-p", "127.0.0.9:22", "-r", path, "-P", path + ".pid")
        wait_port(22)

    def stop(self):
        for process in self.running:
            process.terminate()
            process.wait()
        self.running = []


def wait_port(port):
    import socket

    def there():
        try:
            socket.create_connection(("127.0.0.9", port), 1).close()
            return True
        except OSError:
            return False
    b.wait_for("port %d" % port, 10, there)


def network():
    with tempfile.TemporaryDirectory() as directory:
        servers = Servers(directory)
        os.chmod(directory, 0o755)
        try:
            with b.Box(CONFIG) as box:
                files(box, servers, directory)
        finally:
            servers.stop()
            for path in ("/etc/passwd", "/etc/shadow"):
                subprocess.run(["umount", path], check=True)


def secure(box, servers, directory):
    """https: from whom a trustpoint vouches for, and from nobody else."""
    forge = Forge(directory)
    ca = forge.ca("files CA")
    cert = forge.make("files", ca, extensions="subjectAltName=IP:127.0.0.9\n")
    servers.start("openssl", "s_server", "-accept", "127.0.0.9:8443", "-WWW", "-cert", cert.path, "-key", cert.key)
    wait_port(8443)
    said = box.type("copy https://127.0.0.9:8443/new.cfg flash:secure.cfg\n\n")
    assert "%Error opening https://127.0.0.9:8443/new.cfg (The server's certificate is not to be trusted" in said, said
    assert "secure.cfg" not in box.cli("dir flash:")
    box.type("configure terminal\ncrypto pki trustpoint FILES\nenrollment terminal\nexit\n"
             "crypto pki authenticate FILES\n%s\nyes\nend\n" % ca.pem)
    said = box.type("copy https://127.0.0.9:8443/new.cfg flash:secure.cfg\n\n")
    assert "80 bytes copied in" in said, said
    assert "hostname fetched\n" in box.cli("more flash:secure.cfg")
    server = servers.running.pop()
    server.terminate()
    server.wait()


def files(box, servers, directory):
    with open(os.path.join(directory, "new.cfg"), "w") as f:
        f.write("hostname fetched\nno such line\ndial-peer voice 7 voip\n destination-pattern 7\nend\n")
    os.chmod(os.path.join(directory, "new.cfg"), 0o644)
    drop = os.path.join(directory, "drop")
    os.mkdir(drop)
    os.chmod(drop, 0o777)
    servers.start("/usr/sbin/atftpd", "--daemon", "--no-fork", "--bind-address", "127.0.0.9", "--user", "nobody.nogroup",
                  directory)
    servers.start(sys.executable, "-m", "http.server", "--bind", "127.0.0.9", "8080")
    servers.ssh("one")
    wait_port(8080)
    said = box.type("copy tftp: flash:\n127.0.0.9\nnew.cfg\n\n")
    assert re.search(r"Accessing tftp://127\.0\.0\.9/new\.cfg\.\.\.\nLoading new\.cfg from 127\.0\.0\.9: !\n"
                     r"\[OK - 80 bytes\]\n\n80 bytes copied in [\d.]+ secs \(\d+ bytes/sec\)\n", said), said
    said = box.type("copy tftp://127.0.0.9/none flash:\n\n")
    assert "%Error opening tftp://127.0.0.9/none (No such file or directory)" in said, said
    said = box.type("copy running-config tftp:\n127.0.0.9\ndrop/put.cfg\n")
    assert re.search(r"Writing drop/put\.cfg !+\n\n\d+ bytes copied in [\d.]+ secs", said), said
    with open(os.path.join(drop, "put.cfg")) as f:
        assert re.search(r"(?m)^hostname edge1\n(.*\n)*end\n\Z", f.read())
    said = box.type("copy running-config tftp://127.0.0.9/new.cfg\n\n\n")        # it is not ours to write
    assert "Writing new.cfg \n%Error opening tftp://127.0.0.9/new.cfg (Permission denied)" in said, said
    secure(box, servers, directory)
    said = box.type("copy http://127.0.0.9:8080/new.cfg running-config\n\n")
    assert "%Line 2 was not applied: no such line: invalid input" in said and "80 bytes copied" in said, said
    assert "hostname fetched\n" in box.cli("show running-config")
    assert "SYS-5-CONFIG_I: Configured from http://127.0.0.9:8080/new.cfg by" in box.log()
    said = box.type("copy http://127.0.0.9:8080/none flash:x\n\n")
    assert "%Error opening http://127.0.0.9:8080/none (" in said and "404" in said, said
    said = box.type("copy http://127.0.0.9:8099/none flash:x\n\n")
    assert "(Connection refused)" in said, said
    for scheme in ("scp", "sftp"):
        said = box.type("copy running-config %s://root@127.0.0.9/%s.cfg\n\n\ns3cret\n" % (scheme, scheme))
        assert "bytes copied in" in said and "s3cret" not in said, said
        with open(os.path.join(directory, "home", scheme + ".cfg")) as f:
            assert "hostname fetched\n" in f.read()
        said = box.type("copy %s: flash:back\n127.0.0.9\n%s.cfg\nroot\ns3cret\n\n\n" % (scheme, scheme))
        assert "bytes copied in" in said, said
    said = box.type("copy scp://root:wrong@127.0.0.9/scp.cfg flash:x\n\n")
    assert "%Error opening scp://127.0.0.9/scp.cfg (Permission denied)" in said and "wrong" not in said, said
    servers.running.pop().terminate()
    time.sleep(0.3)
    servers.ssh("other")                                # another key: not the server that is known
    said = box.type("copy scp://root:s3cret@127.0.0.9/scp.cfg flash:x\n\n")
    assert "%Error opening scp://" in said and "key" in said, said
    said = box.type("configure replace http://127.0.0.9:8080/home/scp.cfg\ny\n")
    assert "Rollback Done" in said, said
    said = box.type("configure replace http://127.0.0.9:8080/new.cfg force\n")
    assert "nothing was changed" in said, said


if __name__ == "__main__":
    assert threading.active_count() == 1
    play("life", [under_a_call, killed, large, network] if "later" not in sys.argv[1:] else [later])
