#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH with clients that we did not write: OpenSSH (password, keyboard-interactive, keys, commands, a
terminal), PuTTY's plink, nmap's list of algorithms; and what must be refused.  ssh.py [NAME...]"""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers"))
import box as b  # noqa: E402
from lab import play  # noqa: E402
from ssh import OPTIONS, Ssh, command  # noqa: E402
from telnet import Telnet  # noqa: E402

PORT = 22
CONFIG = """hostname edge1
username admin privilege 15 password 0 hidden
username joe password 0 joe-s
ip domain name example.com
banner motd #Maintenance on Sunday#
banner login #Authorised only: $(hostname)#
banner exec #Welcome#
line vty 0 4
 login local
 transport input ssh
"""
KEYS = "crypto key generate rsa modulus 2048\ncrypto key generate ec keysize 256 label HK\n"


def started(config=CONFIG):
    """A box with host keys, whose SSH is open."""
    box = b.Box(config)
    said = box.type("configure terminal\n" + KEYS + "ip ssh ec keypair-name HK\nend\n")
    assert "[OK]" in said, said
    b.wait_for("SSH is open", 5, lambda: "SSH-5-ENABLED" in box.log())
    return box


def enabled():
    """It listens when there is a host key, and not before; a trustpoint's key is none."""
    with b.Box(CONFIG) as box:
        said = box.cli("show ip ssh")
        assert re.match(r"SSH Disabled - version 2\.0\n%Please create RSA keys to enable SSH", said), said
        assert "%There is no RSA key pair named edge1.example.com.\n" in said, said
        assert command("admin", "hidden", PORT, "show clock")[0] == 255
        said = box.type("configure terminal\ncrypto pki trustpoint T\n rsakeypair edge1.example.com\n"
                        "enrollment terminal\ncrypto key generate rsa modulus 2048\nend\n")
        assert "[OK]" in said, said
        said = box.cli("show ip ssh")
        assert "%Key pair edge1.example.com is that of trustpoint T, which SSH does not touch" in said, said
        assert command("admin", "hidden", PORT, "show clock")[0] == 255
        box.type("configure terminal\ncrypto key generate rsa modulus 2048 label SSH\n"
                 "ip ssh rsa keypair-name SSH\nend\n")
        b.wait_for("SSH is open", 5, lambda: "SSH-5-ENABLED: SSH 2.0 has been enabled" in box.log())
        got = command("admin", "hidden", PORT, "show clock", "-vv")
        assert got[0] == 0, got
        box.configure("ip ssh port 2022\n")
        assert command("admin", "hidden", PORT, "show clock")[0] == 255
        assert command("admin", "hidden", 2022, "show clock")[0] == 0
        box.type("configure terminal\ncrypto key zeroize rsa SSH\nyes\nend\n")
        assert "SSH-5-DISABLED" in box.log()
        assert command("admin", "hidden", 2022, "show clock")[0] == 255


def commands():
    """ssh box COMMAND, as the user that it is."""
    with started() as box:
        for method in ("password", "keyboard-interactive"):
            status, out, _ = command("admin", "hidden", PORT, "show privilege",
                                     "-o", "PreferredAuthentications=" + method)
            assert (status, out) == (0, "Current privilege level is 15\n"), (status, out)
        status, out, said = command("joe", "joe-s", PORT, "show running-config")
        assert status == 1 and "% Invalid input detected at '^' marker." in out, (status, out)
        assert "Authorised only: edge1" in command(
            "joe", "joe-s", PORT, "show privilege", "-o", "LogLevel=INFO")[2]
        status, out, _ = command("admin", "hidden", PORT, "show running-config")
        assert status == 0 and out.endswith("\nend\n\n"), out[-80:]
        status, out, _ = command("admin", "hidden", PORT, "crypto pki trustpoint X")
        assert status == 1, out                         # not from EXEC
        status, out, _ = command("admin", "hidden", PORT, "clear logging", text="\n")    # asks
        assert status == 0 and "UNTRUSTED" not in box.log() and "RESTART" not in box.log(), (status, out)
        for user, password in (("admin", "wrong"), ("nobody", "hidden"), ("admin", "")):
            assert command(user, password, PORT, "show clock")[0] in (5, 255), (user, password)
        done = subprocess.run(["plink", "-ssh", "-P", str(PORT), "-batch", "-pw", "hidden", "-hostkey",
                               fingerprint(), "admin@127.0.0.1", "show privilege"],
                              capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
        assert done.returncode == 0 and "level is 15" in done.stdout, done


def fingerprint():
    """Of the host key, as plink wants it."""
    scanned = subprocess.run(["ssh-keyscan", "-p", str(PORT), "-t", "ecdsa", "127.0.0.1"],
                             capture_output=True, text=True, timeout=30).stdout
    said = subprocess.run(["ssh-keygen", "-l", "-f", "-"], input=scanned, capture_output=True, text=True)
    return said.stdout.split()[1]


def make_key(directory, kind, *more):
    path = os.path.join(directory, kind)
    subprocess.run(["ssh-keygen", "-q", "-t", kind, *more, "-N", "", "-C", "joe's", "-f", path], check=True)
    with open(path + ".pub") as f:
        return path, f.read().strip()


def keys():
    """Public keys of users: typed in pieces, printed as fingerprints, loaded again."""
    with started() as box, tempfile.TemporaryDirectory() as directory:
        rsa, text = make_key(directory, "rsa", "-b", "2048")
        ed, ed_text = make_key(directory, "ed25519")
        ec, ec_text = make_key(directory, "ecdsa", "-b", "256")
        only = ["-o", "PreferredAuthentications=publickey", "-i"]
        assert command("joe", None, PORT, "show clock", *only, rsa)[0] == 255
        pieces = "\n".join(text.split()[1][i:i + 72] for i in range(0, len(text.split()[1]), 72))
        said = box.type("configure terminal\nip ssh pubkey-chain\n username joe\n  key-string\n" + pieces +
                        "\nexit\nkey-string " + ed_text + "\nkey-string\nAAAA\nexit\nend\n")
        assert "% This is no public key of SSH in base 64." in said, said
        md5 = subprocess.run(["ssh-keygen", "-l", "-E", "md5", "-f", rsa + ".pub"], capture_output=True,
                             text=True).stdout.split()[1][4:].replace(":", "").upper()
        said = box.cli("show running-config")
        assert re.search(r"(?m)^ip ssh pubkey-chain\n  username joe\n   key-hash ssh-rsa %s\n"
                         r"   key-hash ssh-ed25519 [0-9A-F]{32} joe's$" % md5, said), said
        for path, status in ((rsa, 0), (ed, 0), (ec, 255)):
            got = command("joe", None, PORT, "show privilege", *only, path)
            assert got[0] == status and (status or got[1] == "Current privilege level is 1\n"), (path, got)
        assert command("admin", None, PORT, "show clock", *only, rsa)[0] == 255
        box.cli("write memory")
        box.stop(keep=True)
        box.start()
        b.wait_for("it is up", 5, lambda: command("joe", None, PORT, "show clock", *only, rsa)[0] == 0)
        box.configure("ip ssh pubkey-chain\n username joe\n no key-hash ssh-rsa " + md5 + "\n")
        assert command("joe", None, PORT, "show clock", *only, rsa)[0] == 255
        box.configure("ip ssh server algorithm authentication password\n")
        assert command("joe", None, PORT, "show clock", *only, ed)[0] == 255
        assert command("joe", "joe-s", PORT, "show clock")[0] == 0


def terminal():
    """A login at a terminal: banners, prompts, size, Ctrl-C, `show ssh', and the ends that it can take."""
    with started() as box:
        box.configure("ip ssh logging events\n")
        t = Ssh("admin", PORT)
        t.read_to("assword: $")
        said = t.type("hidden", "edge1#$")
        assert "Maintenance on Sunday" in said and "Welcome" in said and "User Access" not in said, said
        assert "Authorised only" not in said, said
        said = t.type("show ssh", "edge1#$")
        assert re.search(r"\nConnection Version Mode Encryption  Hmac         State                 Username\n"
                         r"0          2\.0     IN   \S+ +\S+ +Session started      admin\n"
                         r"0          2\.0     OUT  \S+ +\S+ +Session started      admin\n"
                         r"%No SSHv1 server connections running\.\n", said), said
        said = t.type("show users", "edge1#$")
        assert re.search(r"(?m)^\* +2 vty 0 +admin +idle +00:00:00 +127\.0\.0\.1$", said), said
        assert "User 'admin' authentication for SSH2 Session from 127.0.0.1 (tty = 0) using crypto cipher" \
            in box.log()
        t.resize(10, 60)
        time.sleep(0.3)
        said = t.type("show ip ssh", "--More-- $")
        lines = said.removesuffix(" --More-- ").removesuffix("\n").split("\n")
        assert sum(max(1, -(-len(line) // 60)) for line in lines) == 10, said    # the echo's row, and nine
        t.send("q", end="")
        t.read_to("edge1#$")
        t.send("show clo", end="\x03")
        t.read_to("edge1#$")
        t.send("exit")
        assert t.ended() == 0
        b.wait_for("nobody is there", 5, lambda: "No SSHv2" in box.cli("show ssh"))
        t = Ssh("admin", PORT)
        t.log_in("hidden", "edge1#$")
        box.type("disconnect ssh vty 0\n")
        t.ended()
        t = Ssh("admin", PORT)
        t.log_in("hidden", "edge1#$")
        t.kill()
        b.wait_for("nobody is there", 5, lambda: "No SSHv2" in box.cli("show ssh"))
        with open("/proc/net/tcp") as f:
            assert not re.search(r":0016 .{13} 01 ", f.read())


def refused():
    """Three attempts; no forwarding, no subsystem, no second session, no telnet where SSH alone is."""
    with started() as box:
        t = Ssh("admin", PORT, "-o", "NumberOfPasswordPrompts=9", "-o", "PreferredAuthentications=password")
        for _ in range(4):                              # the client sees the end when it has a fourth
            t.read_to("assword: $")
            t.send("wrong")
        assert t.ended() == 255
        box.configure("ip ssh authentication-retries 1\nip ssh time-out 3\n")
        t = Ssh("admin", PORT, "-o", "NumberOfPasswordPrompts=9", "-o", "PreferredAuthentications=password")
        for _ in range(2):
            t.read_to("assword: $")
            t.send("wrong")
        assert t.ended() == 255
        began = time.monotonic()
        t = Ssh("admin", PORT)
        t.read_to("assword: $")
        b.wait_for("the line is free", 8, lambda: "No SSHv2" in box.cli("show ssh"))
        assert 2 < time.monotonic() - began < 8
        t.send("hidden")
        assert t.ended() == 255
        box.configure("default ip ssh time-out\n")
        status, out, said = command("admin", "hidden", PORT, "", "-W", "127.0.0.1:22")
        assert status == 255 and "forwarding failed" in said, (status, out, said)
        done = subprocess.run(["sshpass", "-p", "hidden", "sftp", "-P", str(PORT), *OPTIONS[:6],
                               "admin@127.0.0.1"], capture_output=True, text=True, timeout=30,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == 255, done
        box.configure("line vty 0 4\n transport input telnet ssh\n")
        t = Telnet("127.0.0.1", 23)
        t.read_to("Username: $")
        t.send("admin")
        t.read_to("Password: $")
        t.send("hidden")
        t.read_to("edge1#$")
        t.send("configure terminal")
        t.read_to(r"edge1\(config\)#$")
        t.send("line vty 0 4")
        t.type("transport input ssh", r"edge1\(config-line\)#$")
        t.type("do show users", r"vty 0 +admin[^#]*edge1\(config-line\)#$")     # who is in stays
        try:
            Telnet("127.0.0.1", 23)
            raise AssertionError("telnet is still there")
        except OSError:
            pass


def algorithms():
    """What nmap sees is what is configured; nothing weak is offered."""
    with started() as box:
        def listed():
            return subprocess.run(["nmap", "-Pn", "-p", str(PORT), "--script", "ssh2-enum-algos",
                                   "--script-args", "", "127.0.0.1"], capture_output=True, text=True,
                                  timeout=60).stdout
        said = listed()
        assert "curve25519-sha256" in said and "aes256-gcm@openssh.com" in said, said
        for weak in ("sha1", "cbc", "3des", "arcfour", "md5", "ssh-rsa", "ssh-dss", "group1-", "zlib", "umac"):
            assert weak not in said, (weak, said)
        box.configure("ip ssh server algorithm encryption aes256-ctr\nip ssh server algorithm mac hmac-sha2-256\n"
                      "ip ssh server algorithm kex ecdh-sha2-nistp256 diffie-hellman-group14-sha256\n"
                      "ip ssh server algorithm hostkey rsa-sha2-512\nip ssh dh min size 4096\n")
        said = listed()
        got = set(re.findall(r"(?m)^\|[ _] {6}(\S+)$", said))
        assert got == {"ecdh-sha2-nistp256", "kex-strict-s-v00@openssh.com", "rsa-sha2-512", "aes256-ctr",
                       "hmac-sha2-256", "none"}, said
        assert command("admin", "hidden", PORT, "show clock")[0] == 0
        shown = box.cli("show ip ssh")
        assert "Encryption Algorithms:aes256-ctr\nMAC Algorithms:hmac-sha2-256\n" \
               "KEX Algorithms:ecdh-sha2-nistp256\n" in shown, shown
        assert "Invalid input" in box.refuses("configure terminal",
                                              "ip ssh server algorithm encryption aes128-cbc")


def crowd():
    """Fifty logins at once on as many lines, and one too many; nothing is left of them."""
    with started(CONFIG.replace("line vty 0 4", "line vty 0 49")) as box:
        def descriptors():
            return len(os.listdir("/proc/%d/fd" % box.process.pid))
        command("admin", "hidden", PORT, "show clock")
        b.wait_for("it is quiet", 5, lambda: "No SSHv2" in box.cli("show ssh"))
        time.sleep(0.3)
        before = descriptors()
        terminals = [Ssh("admin", PORT) for _ in range(50)]
        for t in terminals:
            t.read_to("assword: $", 60)
            t.send("hidden")
        for t in terminals:
            t.read_to("edge1#$", 60)
        assert len(re.findall(r"(?m)^. +\d+ vty \d+ +admin ", box.cli("show users"))) == 50
        assert command("admin", "hidden", PORT, "show clock")[0] == 255
        for t in terminals:
            t.send("exit")
        for t in terminals:
            assert t.ended() == 0
        b.wait_for("all are gone", 5, lambda: "No SSHv2" in box.cli("show ssh"))
        b.wait_for("and their descriptors", 5, lambda: descriptors() <= before)


def hostile():
    """Noise, half a handshake, silence: the box goes on, and the lines come free."""
    import socket
    with started() as box:
        for bytes_ in (os.urandom(65536), b"SSH-2.0-x\r\n" + os.urandom(4096), b"GET / HTTP/1.0\r\n\r\n",
                       b"SSH-1.5-old\r\n", b"SSH-2.0-" + b"A" * 100000, b"SSH-2.0-x\r\n" + b"\xff" * 70000):
            with socket.create_connection(("127.0.0.1", PORT)) as s:
                s.settimeout(3)
                try:
                    s.sendall(bytes_)
                    while s.recv(65536):
                        pass
                except OSError:
                    pass
        idle = [socket.create_connection(("127.0.0.1", PORT)) for _ in range(5)]
        b.wait_for("all lines are taken", 10, lambda: command("admin", "hidden", PORT, "show clock")[0] == 255)
        for s in idle:
            s.close()
        b.wait_for("the lines are free", 5, lambda: command("admin", "hidden", PORT, "show clock")[0] == 0)
        t = Ssh("admin", PORT)
        t.log_in("hidden", "edge1#$")
        for n in range(1000):                           # a storm of sizes, with keys in between
            t.resize(5 + n % 60, 20 + n % 200)
            if n % 100 == 0:
                t.send("!")
        t.read_to("edge1#$")
        t.type("terminal length 0", "edge1#$")
        t.type("show clock", r"\d{4}\nedge1#$")
        flood = threading.Thread(target=lambda: os.write(t.fd, b"A" * 1000000), daemon=True)
        flood.start()                                   # a line of a megabyte: it is not waited for
        b.wait_for("the box goes on", 5, lambda: command("admin", "hidden", PORT, "show clock")[0] == 0)
        t.kill()
        status, _, _ = command("admin", "hidden", PORT, "A" * 100000)
        assert status != 0
        b.wait_for("nobody is there", 10, lambda: "No SSHv2" in box.cli("show ssh"))


if __name__ == "__main__":
    play("ssh", [enabled, commands, keys, terminal, refused, algorithms, crowd, hostile])
