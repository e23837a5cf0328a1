#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that we did not write drive the box: Netmiko, Ansible's cisco.ios, RANCID, plink, OpenSSH,
expect; and hundreds of logins leave nothing behind.  automation.py [NAME...] | automation.py soak LOGINS

A scenario that finds several faults says them all before it fails."""

import difflib
import importlib.util
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

if not importlib.util.find_spec("netmiko") and sys.executable != "/usr/bin/python3":
    os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)    # Debian's libraries are those of this one

# In the place of this directory, whose logging.py is not the one that the libraries want.
sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
from concurrent.futures import ThreadPoolExecutor  # noqa: E402

import netmiko  # noqa: E402

import box as b  # noqa: E402
from lab import play  # noqa: E402
from ssh import OPTIONS, Ssh, client, command  # noqa: E402
from telnet import Telnet  # noqa: E402
from wire import Wire  # noqa: E402

CONFIG = """hostname edge1
enable secret 0 top-s
username admin privilege 15 password 0 hidden
username joe password 0 joe-s
ip domain name example.com
interface GigabitEthernet0/0
 ip address 10.72.86.86 255.255.255.0
line vty 0 49
 login local
 transport input telnet ssh
"""
BOX_READY = "SSH-5-ENABLED"


class Findings:
    """What was not as it has to be.  with Findings() as wrong: wrong.unless(condition, what, why)"""

    def __enter__(self):
        self.all = []
        return self

    def unless(self, true, what, *evidence):
        if not true:
            self.all.append(what + "".join("\n    %s" % (e if isinstance(e, str) else repr(e)) for e in evidence))

    def __exit__(self, kind, value, trace):
        if self.all:
            sys.stderr.write("".join("--- wrong: %s\n" % one for one in self.all))
        if kind is None:
            assert not self.all, "%d found" % len(self.all)


def started(release=False):
    """A box with a host key, whose SSH is open."""
    box = b.Box(CONFIG, build=b.build_directory(release))
    said = box.type("configure terminal\ncrypto key generate rsa modulus 2048\nend\n")
    assert "[OK]" in said, said
    b.wait_for("SSH is open", 5, lambda: BOX_READY in box.log())
    return box


def root_pem():
    with open(os.path.join(b.HERE, "root.pem")) as f:
        return f.read().strip()


# ---- Netmiko ---------------------------------------------------------------------------------

PEER = ["dial-peer voice 100 voip", " description to the trunk", " destination-pattern 2...",
        " session protocol sipv2", " session target ipv4:10.0.0.1"]
VOICE = ["voice service voip", " allow-connections sip to sip", " sip", "  early-offer forced"]
TRUSTPOINT = ["crypto pki trustpoint T", " enrollment terminal", " revocation-check none"]


def netmiko_over(device_type):
    """An operator of level 1 logs in, becomes privileged, configures, imports a CA, saves, leaves."""
    with started() as box, Findings() as wrong:
        c = netmiko.ConnectHandler(device_type=device_type, host="127.0.0.1", username="joe", password="joe-s",
                                   secret="top-s")
        wrong.unless((c.find_prompt(), c.base_prompt) == ("edge1>", "edge1"), "the prompt", c.find_prompt())
        wrong.unless(not c.check_enable_mode(), "level 1 is privileged")
        wrong.unless("Invalid input" in c.send_command("show running-config"), "level 1 sees the configuration")
        c.enable()
        wrong.unless(c.check_enable_mode() and c.find_prompt() == "edge1#", "enable", c.find_prompt())
        said = c.send_command("show version")
        wrong.unless(re.search(r"(?m)^(?:Cisco )?IOS .* Software,? \([\w-]*\), .*Version\s+\S+", said)
                     and "\nedge1 uptime is " in said and "Configuration register is 0x" in said,
                     "show version", said)
        said = c.send_command("show running-config")
        wrong.unless(said.startswith("Building configuration...\n\nCurrent configuration : ")
                     and said.rstrip("\n").endswith("\nend") and "More" not in said, "show running-config", said)
        said = c.send_command("show running-config | include ^hostname")
        wrong.unless(said.strip() == "hostname edge1", "a filter", said)

        said = c.send_config_set(PEER + VOICE + TRUSTPOINT)
        wrong.unless("%" not in said and said.endswith("edge1#"), "send_config_set", said)
        lines = [line.split("#", 1)[1] for line in said.splitlines() if re.match(r"edge1\(.*\)#.", line)]
        wrong.unless(lines == PEER + VOICE + TRUSTPOINT + ["end"], "echo of what was typed", lines)
        long = "description " + "0123456789" * 24
        said = c.send_config_set([PEER[0], long])
        wrong.unless("\nedge1(config-dial-peer)#" + long + "\n" in said, "echo of a long line", said)
        c.send_config_set(PEER[:2])

        how = {"strip_prompt": False, "strip_command": False}
        c.config_mode()
        said = c.send_command_timing("crypto pki authenticate T", **how)
        wrong.unless(said.startswith("crypto pki authenticate T\n") and "Enter the base 64 encoded CA certificate." in
                     said and '"quit" on a line by itself' in said, "authenticate", said)
        said = c.send_command_timing(root_pem() + "\nquit", **how)
        wrong.unless(said.endswith("% Do you accept this certificate? [yes/no]: "), "the certificate", said)
        wrong.unless(root_pem() + "\nquit\n" in said, "echo of the certificate", said)
        said = c.send_command_timing("yes", **how)
        wrong.unless("Trustpoint CA certificate accepted.\n% Certificate successfully imported\n" in said
                     and said.endswith("edge1(config)#"), "yes", said)
        c.exit_config_mode()
        wrong.unless(c.find_prompt() == "edge1#", "end of configuration", c.find_prompt())

        said = c.save_config()
        wrong.unless("Building configuration..." in said and "[OK]" in said, "save_config", said)
        wrong.unless(c.is_alive(), "is_alive")
        wrong.unless(c.send_command("show privilege").strip() == "Current privilege level is 15",
                     "the line after is_alive")
        kept = c.send_command("show startup-config")
        now = c.send_command("show running-config")
        for block in (PEER, VOICE[:2], VOICE[2:], TRUSTPOINT):
            for text, name in ((now, "running"), (kept, "startup")):
                wrong.unless("\n" + "\n".join(block) + "\n" in text, "%s: not as typed" % name, block, text)
        wrong.unless("\ncrypto pki certificate chain T\n certificate ca 00907A\n" in now, "the chain", now)
        wrong.unless(now == c.send_command("show running-config"), "two reads differ")
        c.disconnect()
        b.wait_for("it is gone", 5, lambda: "joe" not in box.cli("show users"))


def netmiko_ssh():
    netmiko_over("cisco_ios")


def netmiko_telnet():
    netmiko_over("cisco_ios_telnet")


# ---- pipes into terminals --------------------------------------------------------------------

TYPED = ["show clock", "configure terminal", "hostname edge2", "interface GigabitEthernet0/0", "end",
         "show running-config | include ^hostname"]
SHOWN = (r"edge1#show clock\n\*?[\d:.]+ UTC [^\n]+\nedge1#configure terminal\n"
         r"Enter configuration commands, one per line\.  End with CNTL/Z\.\n"
         r"edge1\(config\)#hostname edge2\nedge2\(config\)#interface GigabitEthernet0/0\nedge2\(config-if\)#end\n"
         r"edge2#show running-config \| include \^hostname\nhostname edge2\nedge2#")


def fingerprint():
    """Of the host key, as plink wants it."""
    scanned = subprocess.run(["ssh-keyscan", "-t", "rsa", "127.0.0.1"], capture_output=True, text=True,
                             timeout=30).stdout
    return subprocess.run(["ssh-keygen", "-l", "-f", "-"], input=scanned, capture_output=True, text=True,
                          check=True).stdout.split()[1]


def pipes():
    """A file of commands into plink, OpenSSH and telnet: what comes out is a session, and they end well."""
    with started() as box, Findings() as wrong:
        plink = ["plink", "-ssh", "-batch", "-pw", "hidden", "-hostkey", fingerprint(), "admin@127.0.0.1"]
        ssh = ["sshpass", "-p", "hidden"] + client("admin", 22)
        telnet = ["sh", "-c", "{ cat; sleep 2; } | telnet 127.0.0.1"]       # at its end of input it hangs up
        login = ["admin", "hidden"]
        for name, command_line, before, after in (
                ("plink", plink, [], ["exit"]), ("plink at no terminal", plink + ["-T"], [], ["exit"]),
                ("ssh -tt", ssh + ["-tt"], [], ["exit"]), ("ssh -T", ssh + ["-T"], [], ["exit"]),
                ("ssh -T, end of input", ssh + ["-T"], [], []),
                ("plink -telnet", ["plink", "-telnet", "-P", "23", "127.0.0.1"], login, ["exit"]),
                ("telnet", telnet, login, ["exit"])):
            text = "".join(line + "\n" for line in before + TYPED + after)
            done = subprocess.run(command_line, input=text.encode(), capture_output=True, timeout=60)
            said = done.stdout.decode(errors="replace").replace("\r\n", "\n")
            wrong.unless(done.returncode == 0, "%s ended with %d" % (name, done.returncode), done.stderr)
            wrong.unless(re.search(r"(?:^|\n)" + SHOWN + (after[0] + r"\n" if after else "") + r"(?:\n|$)", said),
                         "%s shows another session" % name, said)
            wrong.unless("hidden" not in said, "%s: the password is shown" % name, said)
            box.configure("hostname edge1")
        b.wait_for("all are gone", 5, lambda: "vty" not in box.cli("show users"))


def dialogs():
    """expect(1) at telnet: login, enable, reload, copy, write erase, keys, write memory; each question."""
    with started() as box:
        script = os.path.join(b.HERE, "dialogs.exp")
        done = subprocess.run(["expect", "-f", script, "127.0.0.1", "joe", "joe-s", "top-s"],
                              capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        assert done.returncode == 0 and "WRONG" not in done.stdout, done.stdout + done.stderr
        log = box.log()
        assert "RESTART" not in log.split(BOX_READY)[1], log
        assert "ip domain name example.org" in box.cli("show startup-config")


# ---- byte by byte ----------------------------------------------------------------------------


def logged_in(kind, answers=b"", **size):
    if kind == "ssh":
        w = Wire.ssh("admin", "hidden", **size)
    else:
        w = Wire.telnet(answers)
        for prompt, line in ((rb"Username: $", b"admin\r"), (rb"Password: $", b"hidden\r")):
            w.until(prompt)
            w.send(line)
    w.until(rb"(^|\n)edge1#$")
    return w


def echoes():
    """What is typed comes back as it is, at any width; one Enter for each of the four; no NUL, no NOP counts."""
    with started() as box, Findings() as wrong:
        box.configure("".join("dial-peer voice %d voip\n preference 1\n" % n for n in range(1, 21)))
        narrow = b"\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0"          # WILL NAWS, 80 by 24
        for name, kind, how in (("ssh 80", "ssh", {}), ("ssh 511", "ssh", {"columns": 511, "rows": 1000}),
                                ("ssh xterm", "ssh", {"term": "xterm-256color"}),
                                ("ssh dumb", "ssh", {"term": "dumb"}), ("ssh no size", "ssh", {"columns": 0, "rows": 0}),
                                ("telnet", "telnet", {}), ("telnet 80", "telnet", {"answers": narrow})):
            w = logged_in(kind, **how)
            for length in (1, 72, 73, 74, 79, 80, 81, 159, 160, 255, 256, 400, 512):
                line = (b"!" + b"0123456789" * 52)[:length]
                for end in (b"\n", b"\r", b"\r\n", b"\r\0"):
                    w.send(line + end)
                    said = w.until(rb"edge1#$")                 # whatever is too much comes with the next
                    wrong.unless(said == line + b"\r\nedge1#", "%s: echo of %d bytes and %r" % (name, length, end), said)
            w.send(b"\0" if kind == "ssh" else b"\xff\xf1\0")
            wrong.unless(w.quiet() == b"", name + ": a NUL or NOP is answered")
            w.send(b"\0show privilege\0\n")
            said = w.until(rb"edge1#$")
            wrong.unless(said == b"show privilege\r\nCurrent privilege level is 15\r\nedge1#", name + ": NUL", said)
            lines = b"".join(b"!%d\n" % n for n in range(200))                     # without waiting for echoes
            w.send(lines + b"show privilege\n")
            said = w.until(rb"level is 15\r\nedge1#$")
            wrong.unless(said.count(b"edge1#") == 201 and b"edge1#!199\r\nedge1#" in said, name + ": typed ahead", said)
            w.send(b"show zebra\n")
            said = w.until(rb"edge1#$")
            wrong.unless(said == b"show zebra\r\n           ^\r\n% Invalid input detected at '^' marker.\r\n\r\n"
                         b"edge1#", name + ": refused", said)

            w.send(b"terminal length 10\n")
            w.until(rb"edge1#$")
            w.send(b"show running-config\n")
            w.until(rb" --More-- $")
            for end, lines in ((b"\n", 1), (b"\r", 1), (b"\r\n", 1), (b"\r\0", 1), (b" ", 9)):
                w.send(end)
                said = w.until(rb" --More-- $") + w.quiet(0.1)
                wrong.unless(said.count(b" --More-- ") == 1 and said.count(b"\r\n") == lines,
                             "%s: %r at the pager is not %d lines" % (name, end, lines), said)
            w.send(b"q")
            said = w.until(rb"edge1#$")
            wrong.unless(b"line vty" not in said, name + ": q", said)
            w.send(b"terminal length 0\n")
            w.until(rb"edge1#$")

            w.send(b"configure terminal\n")
            w.until(rb"\(config\)#$")
            for end in (b"\n", b"\r", b"\r\n", b"\r\0"):
                w.send(b"crypto key generate rsa\n")
                w.until(rb"\[yes/no\]: $")
                w.send(b"perhaps" + end)
                w.until(rb"\[yes/no\]: $")
                w.send(b"no" + end)
                said = w.until(rb"\(config\)#$") + w.quiet(0.1)
                wrong.unless(said == b"no\r\nedge1(config)#", "%s: no and %r" % (name, end), said)
            w.send(b"end\nexit\n")
            w.ended()
            w.close()


# What libraries that are not in Debian send (Netmiko 4, Scrapli, Oxidized), and by which expressions they
# know that it was done.  Each reads up to its match before it goes on.
SCRAPLI_EXEC, SCRAPLI = rb"(?im)^[\w.\-@/:]{1,63}>\s*$", rb"(?im)^[\w.\-@/:]{1,63}#\s*$"
SCRAPLI_CONFIG = rb"(?im)^[\w.\-@/:]{1,63}\([\w.\-@/:+]{0,32}\)#\s*$"
OXIDIZED = rb"(?m)^([\w.@()-]+[#>]\s?)$"
SAYINGS = {
    "Netmiko 4": ({"columns": 511, "rows": 1000}, rb"[>#]", [
        (b"terminal width 511\n", rb"terminal width 511"), (b"terminal length 0\n", rb"terminal length 0"),
        (b"\n", rb"edge1>\s*$"), (b"enable\n", rb"enable"), (b"", rb"(?i)ssword"), (b"top-s\n", rb"edge1\#"),
        (b"configure terminal\n", rb"configure terminal"), (b"", rb"edge1.*\#"), (b"\n", rb"\)\#"),
        (b"dial-peer voice 100 voip\n", rb"dial\-peer\ voice\ 100\ voip"), (b"", rb"(?:edge1.*$|#.*$)"),
        (b"preference 1\n", rb"preference\ 1"), (b"", rb"(?:edge1.*$|#.*$)"), (b"end\n", rb"end"),
        (b"\n", rb"edge1\#\s*$"), (b"write mem\n", rb"write\ mem"), (b"", rb"\[OK\]\s+edge1\#\s*$"),
        (b"exit\n", rb"exit")]),
    "Scrapli": ({"columns": 256, "rows": 80}, SCRAPLI_EXEC, [
        (b"\n", SCRAPLI_EXEC), (b"enable\n", rb"(?im)^(?:enable\s){0,1}password:\s?$"), (b"top-s\n", SCRAPLI),
        (b"terminal length 0\n", SCRAPLI), (b"terminal width 512\n", SCRAPLI), (b"show running-config\n", SCRAPLI),
        (b"configure terminal\n", SCRAPLI_CONFIG), (b"voice service voip\n", SCRAPLI_CONFIG),
        (b"sip\n", SCRAPLI_CONFIG), (b"end\n", SCRAPLI), (b"exit\n", rb"exit")]),
    "Oxidized": ({}, OXIDIZED, [
        (b"enable\n", rb"(?i)^Password:|\nPassword:"), (b"top-s\n", OXIDIZED), (b"terminal length 0\n", OXIDIZED),
        (b"terminal width 0\n", OXIDIZED), (b"show version\n", OXIDIZED), (b"show vtp status\n", OXIDIZED),
        (b"show inventory\n", OXIDIZED), (b"show running-config\n", OXIDIZED), (b"exit\n", rb"exit")]),
}


def sayings():
    """Who types and who waits never miss each other; after its match nothing comes late."""
    with started() as box, Findings() as wrong:
        for name, (size, prompt, lines) in SAYINGS.items():
            w = Wire.ssh("joe", "joe-s", **size)
            try:
                w.until(prompt)
                for line, pattern in lines:
                    w.send(line)
                    said = w.until(pattern)
                    if pattern in (SCRAPLI, SCRAPLI_EXEC, SCRAPLI_CONFIG, OXIDIZED):
                        late = w.quiet(0.1)
                        wrong.unless(not late, "%s: %r looked like its prompt, then came more" % (name, said), late)
                        wrong.unless(re.match(rb"(?s)(\r\n)?%s\r\n|top-s\n" % re.escape(line.rstrip()), said)
                                     or line in (b"\n", b"top-s\n"), "%s: echo of %r" % (name, line), said)
                    else:
                        w.bytes = said[re.search(pattern, said).end():] + w.bytes
                w.ended()
            except AssertionError as failure:
                wrong.unless(False, "%s: %s" % (name, failure))
            w.close()
        wrong.unless("\n preference 1\n" in box.cli("show startup-config"), "Netmiko 4 has not saved")


# ---- what hundreds of logins leave -----------------------------------------------------------


def telnet_login():
    """Somebody at telnet who looks at the clock and leaves."""
    t = Telnet("127.0.0.1", 23)
    for prompt, line in (("Username: $", "admin"), ("Password: $", "hidden"), ("edge1#$", "show clock"),
                         (r"\d UTC [^\n]*\nedge1#$", "exit")):
        t.read_to(prompt)
        t.send(line)
    t.socket.settimeout(15)
    while t.socket.recv(4096):
        pass
    t.close()


def ssh_login():
    done = command("admin", "hidden", 22, "show clock")
    assert done[0] == 0 and " UTC " in done[1], done


class Held:
    """What a parapetd holds."""

    def __init__(self, pid):
        self.descriptors = sorted(self._link("/proc/%d/fd/%s" % (pid, fd)) for fd in os.listdir("/proc/%d/fd" % pid))
        self.threads = len(os.listdir("/proc/%d/task" % pid))
        with open("/proc/%d/status" % pid) as f:
            self.resident_kb = int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))
        self.children = []
        for task in os.listdir("/proc/%d/task" % pid):
            try:
                with open("/proc/%d/task/%s/children" % (pid, task)) as f:
                    self.children += f.read().split()
            except FileNotFoundError:
                pass

    @staticmethod
    def _link(path):
        try:
            return re.sub(r"\d+", "N", os.readlink(path))
        except FileNotFoundError:
            return "closed"

    def counts(self):
        return len(self.descriptors), self.threads, len(self.children)

    def __str__(self):
        return "%d descriptors, %d threads, %d children, %d KiB" % (*self.counts(), self.resident_kb)


def what_is_left(visits, count, memory=False, say=0):
    """After a warm-up, that many visits; what is held then is what was held before.  Memory is that of the
    release: a sanitizer keeps what was freed."""
    with started(release=memory) as box, Findings() as wrong:
        def held_when_quiet():
            b.wait_for("nobody is there", 10, lambda: "vty" not in box.cli("show users"))
            time.sleep(0.5)
            return Held(box.process.pid)
        for n in range(20):
            visits[n % len(visits)]()
        before = held_when_quiet()
        for n in range(count):
            visits[n % len(visits)]()
            if say and n % say == 0:
                print("%d visits: %s" % (n, Held(box.process.pid)), flush=True)
        after = held_when_quiet()
        said = "before: %s; after %d: %s" % (before, count, after)
        print(said, flush=True)
        wrong.unless(after.counts() == before.counts(), "something is left", said, before.descriptors,
                     after.descriptors, after.children)
        wrong.unless(not after.children, "a process of a login is left", after.children)
        wrong.unless(not memory or after.resident_kb <= before.resident_kb + 2048, "memory has grown", said)
        for visit in (telnet_login, ssh_login):
            visit()                                 # and the lines are free


def leaks():
    what_is_left([telnet_login, ssh_login], 300, memory=True)


def soak():
    what_is_left([telnet_login, ssh_login], int(sys.argv[2]) if len(sys.argv) > 2 else 10000, memory=True, say=1000)


def telnet_to(*steps, reset=False):
    """A visit by telnet that goes as far as these steps, and then away; perhaps without good-bye."""
    def visit():
        t = Telnet("127.0.0.1", 23)
        for prompt, line in steps:
            t.read_to(prompt)
            t.send(line)
        if reset:
            t.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        t.close()
    return visit


def wrong_password():
    assert command("admin", "not-this", 22, "show clock")[0] in (5, 255)


def killed():
    t = Ssh("admin", 22)
    t.log_in("hidden", "edge1#$")
    t.kill()


def knock():
    with socket.create_connection(("127.0.0.1", 22)) as s:
        s.sendall(b"SSH-2.0-nobody\r\n")


def abandoned():
    """Who goes away in the middle of anything leaves as little: of a password, a page, a question, a paste."""
    login = [("Username: $", "admin"), ("Password: $", "hidden"), ("edge1#$", "terminal length 5")]
    what_is_left([
        telnet_to(), telnet_to(("Username: $", "admin")), telnet_to(*login[:2], reset=True),
        telnet_to(("Username: $", "admin"), ("Password: $", "not-this"), ("Username: $", "x"), reset=True),
        telnet_to(*login, ("edge1#$", "show running-config"), ("--More-- $", ""), reset=True),
        telnet_to(*login, ("edge1#$", "show running-config"), ("--More-- $", "")),
        telnet_to(*login, ("edge1#$", "clear logging"), (r"\[confirm\]$", "n" * 500), reset=True),
        telnet_to(*login, ("edge1#$", "configure terminal"), (r"\(config\)#$", "banner motd @\nhalf of")),
        wrong_password, killed, knock], 220)


def crowd():
    """Fifty logins at once on as many lines, half by telnet, half by SSH: each sees the clock."""
    with started() as box, Findings() as wrong:
        together = threading.Barrier(50, timeout=60)

        def by_telnet():
            t = Telnet("127.0.0.1", 23)
            t.read_to("Username: $", 60)
            t.send("admin")
            t.read_to("Password: $", 60)
            t.send("hidden")
            t.read_to("edge1#$", 60)
            together.wait()
            said = t.type("show clock", "edge1#$")
            t.send("exit")
            return said

        def by_ssh():
            t = Ssh("admin", 22)
            t.log_in("hidden", "edge1#$", 60)
            together.wait()
            said = t.type("show clock", "edge1#$")
            t.send("exit")
            status = t.ended()
            return said if status == 0 else "ended with %d" % status

        def commands():
            return command("admin", "hidden", 22, "show clock", timeout=60)[1] + "edge1#"

        for name, round_ in (("terminals", [by_telnet, by_ssh] * 25), ("commands", [telnet_login, commands] * 25)):
            with ThreadPoolExecutor(50) as pool:
                for kind, done in [(f.__name__, pool.submit(f)) for f in round_]:
                    try:
                        said = done.result()
                        wrong.unless(said is None or re.search(r"(?:^|\n)\*?[\d:.]+ UTC [^\n]+\nedge1#$", said),
                                     "%s, %s: no clock" % (name, kind), said)
                    except (AssertionError, OSError, threading.BrokenBarrierError) as failure:
                        wrong.unless(False, "%s, %s: %s" % (name, kind, failure))
            b.wait_for("all are gone", 10, lambda: "vty" not in box.cli("show users"))
        wrong.unless(not Held(box.process.pid).children, "a process is left")


# ---- RANCID ----------------------------------------------------------------------------------

CLOGINRC = """add user 127.0.0.1 {user}
add password 127.0.0.1 {{{password}}} {{top-s}}
add method 127.0.0.1 {method}
add autoenable 127.0.0.1 {autoenable}
add sshcmd 127.0.0.1 {{{home}/ssh}}
"""


def rancid():
    """clogin by telnet and by SSH, as who has to say `enable' and who has not; RANCID twice finds no change."""
    with started() as box, tempfile.TemporaryDirectory() as home, Findings() as wrong:
        with open(home + "/ssh", "w") as f:         # OpenSSH takes its directory from passwd, and not from HOME
            f.write("#!/bin/sh\nexec ssh %s \"$@\"\n" % " ".join(OPTIONS))
        os.chmod(home + "/ssh", 0o700)
        env = dict(os.environ, HOME=home, TERM="vt100", MAILTO="")

        def run(*command_line):
            done = subprocess.run(command_line, cwd=home, env=env, stdin=subprocess.DEVNULL, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=180)
            return done.returncode, done.stdout.replace("\r\n", "\n")

        def collect(who):
            status, said = run("rancid", "-l", "-t", "cisco", "127.0.0.1")
            log = said + "".join(read(path) for path in os.listdir(home) if path.endswith(".log"))
            wrong.unless(status == 0 and not re.search("(?i)missed cmd|error|not found|is false", log),
                         who + ": rancid", log)
            text = read("127.0.0.1.new") if os.path.exists(home + "/127.0.0.1.new") else ""
            if os.path.exists(home + "/127.0.0.1.new"):
                os.unlink(home + "/127.0.0.1.new")
            wrong.unless(re.search(r"\nhostname edge1\n(.|\n)*\nline vty 0 49\n login local\n"
                                   r" transport input telnet ssh\n!\nend\n+$", text),
                         who + ": the configuration is not whole", text)
            for needed in ("!RANCID-CONTENT-TYPE: cisco", "!Chassis type: PARAPET", "!Processor ID: PARAPET0001",
                           "!PID: PARAPET", "config-register 0x2102", "!Image: Software: "):
                wrong.unless("\n" + needed in "\n" + text, "%s: no %s" % (who, needed), text)
            wrong.unless("hidden" not in text and "joe-s" not in text, who + ": a password is kept", text)
            return text

        def read(name):
            with open(os.path.join(home, name), errors="replace") as f:
                return f.read()

        for method, user, password, autoenable in (("telnet", "joe", "joe-s", 0), ("ssh", "joe", "joe-s", 0),
                                                   ("telnet", "admin", "hidden", 1), ("ssh", "admin", "hidden", 1)):
            who = "%s by %s" % (user, method)
            with open(home + "/.cloginrc", "w") as f:
                f.write(CLOGINRC.format(**locals()))
            os.chmod(home + "/.cloginrc", 0o600)
            status, said = run("clogin", "-t", "30", "-c", "show version;show running-config", "127.0.0.1")
            wrong.unless(status == 0 and "\nedge1 uptime is " in said and "\nCurrent configuration : " in said
                         and re.search(r"\nend\n+edge1# ?exit\n", said), who + ": clogin", said)
            wrong.unless(("edge1>enable" in said) == (user == "joe"), who + ": enable", said)
            if user == "joe":
                one = collect(who)
                box.configure("hostname edge1")
                box.cli("write memory")             # dates change, and nothing else
                other = collect(who)
                wrong.unless(one == other, who + ": two collections differ", *difflib.unified_diff(
                    one.splitlines(), other.splitlines(), lineterm=""))
        wrong.unless("Configured from console by joe" not in box.log(), "collecting has configured", box.log())


# ---- Ansible ---------------------------------------------------------------------------------

PLAYBOOK = """
- hosts: all
  gather_facts: false
  ignore_errors: true
  tasks:
    - {name: facts, cisco.ios.ios_facts: {gather_subset: all}}
    - name: command
      cisco.ios.ios_command:
        wait_for: ["result[0] contains Version"]
        commands:
          - show version
          - show running-config | section ^voice
          - {command: clear logging, prompt: confirm, answer: "\\r"}
          - show privilege
    - {name: unknown, cisco.ios.ios_command: {commands: [show nonsense]}}
    - name: flat
      cisco.ios.ios_config: &flat
        parents: dial-peer voice 100 voip
        lines: [description to the trunk, destination-pattern 2..., session protocol sipv2,
                "session target ipv4:10.0.0.1"]
    - {name: flat again, cisco.ios.ios_config: *flat}
    - name: nested
      cisco.ios.ios_config: &nested
        parents: [voice service voip, sip]
        lines: [early-offer forced]
        save_when: modified
    - {name: nested again, cisco.ios.ios_config: *nested}
    - {name: refused, cisco.ios.ios_config: {lines: [nonsense here]}}
    - {name: with defaults, cisco.ios.ios_config: {defaults: true, lines: [ip domain lookup]}}
    - name: banner
      cisco.ios.ios_banner: &banner {banner: login, state: present, text: "Authorised\\n  only\\n"}
    - {name: banner again, cisco.ios.ios_banner: *banner}
    - {name: no banner, cisco.ios.ios_banner: &without {banner: login, state: absent}}
    - {name: no banner again, cisco.ios.ios_banner: *without}
    - name: user
      cisco.ios.ios_user: &user
        {name: anna, privilege: 15, configured_password: anna-s, update_password: on_create, state: present}
    - {name: user again, cisco.ios.ios_user: *user}
    - name: plain user
      cisco.ios.ios_user: &plain
        {name: ben, configured_password: ben-s, update_password: on_create, state: present}
    - {name: plain user again, cisco.ios.ios_user: *plain}
    - {name: carl, cisco.ios.ios_config: {lines: [username carl privilege 15 secret old]}}
    - name: new password
      cisco.ios.ios_user: {name: carl, configured_password: carl-s, update_password: always, state: present}
    - {name: no user, cisco.ios.ios_user: &gone {name: ben, state: absent}}
    - {name: no user again, cisco.ios.ios_user: *gone}
    - {name: hostname, cisco.ios.ios_hostname: &name {config: {hostname: edge7}, state: merged}}
    - {name: hostname again, cisco.ios.ios_hostname: *name}
    - {name: save, cisco.ios.ios_config: {save_when: always}}
    - meta: reset_connection
"""
CHANGES = {"flat": True, "flat again": False, "nested": True, "nested again": False, "with defaults": False,
           "banner": True, "banner again": False, "no banner": True, "no banner again": False,
           "user": True, "user again": False, "carl": True, "new password": True,
           "plain user": True, "plain user again": False,
           "no user": True, "no user again": False, "hostname": True, "hostname again": False,
           "facts": False, "command": False}


def played(home, user, password):
    """The playbook's results by name."""
    with open(home + "/play.yml", "w") as f:
        f.write(PLAYBOOK)
    variables = {"connection": "ansible.netcommon.network_cli", "network_os": "cisco.ios.ios", "user": user,
                 "password": password, "become": "true", "become_method": "ansible.netcommon.enable",
                 "become_password": "top-s", "network_cli_ssh_type": "paramiko", "host": "127.0.0.1"}
    with open(home + "/inventory", "w") as f:
        f.write("box %s\n" % " ".join("ansible_%s=%s" % pair for pair in variables.items()))
    env = dict(os.environ, HOME=home, ANSIBLE_HOST_KEY_CHECKING="False", ANSIBLE_STDOUT_CALLBACK="ansible.posix.json",
               ANSIBLE_HOME=home + "/ansible", ANSIBLE_NOCOLOR="1")
    done = subprocess.run(["ansible-playbook", "-i", "inventory", "play.yml"], cwd=home, env=env, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    assert done.stdout.lstrip().startswith("{"), done.stdout + done.stderr
    tasks = json.loads(done.stdout)["plays"][0]["tasks"]
    return {task["task"]["name"]: task["hosts"]["box"] for task in tasks if "box" in task["hosts"]}


def ansible():
    """A playbook of the modules that an operator uses, each twice: it changes what it says, and then nothing."""
    with started() as box, tempfile.TemporaryDirectory() as home, Findings() as wrong:
        results = played(home, "joe", "joe-s")
        for name, changed in CHANGES.items():
            got = results.get(name, {"msg": "not run"})
            wrong.unless(not got.get("failed") and got.get("changed") == changed,
                         "ansible: %s: changed is not %s" % (name, changed), got.get("msg", ""),
                         got.get("commands", got.get("changed")))
        for name in ("unknown", "refused"):
            wrong.unless(results[name].get("failed") and "% Invalid input detected at '^' marker." in
                         "%(msg)s %(module_stderr)s" % dict({"module_stderr": ""}, **results[name]),
                         "ansible: %s: not refused" % name, results[name])
        facts = {key[len("ansible_net_"):]: value for key, value in results["facts"]["ansible_facts"].items()
                 if key.startswith("ansible_net_")}
        # (the model is read from a line that begins with the vendor's name: the box does not claim it)
        for key, expected in (("hostname", "edge1"), ("version", "17.9.1"),
                              ("serialnum", "PARAPET0001"), ("iostype", "IOS"), ("operatingmode", "autonomous"),
                              ("all_ipv4_addresses", ["10.72.86.86"])):
            wrong.unless(facts.get(key) == expected, "facts: %s is not %r" % (key, expected), facts.get(key))
        wrong.unless(facts.get("image", "").endswith("parapetd"), "facts: image", facts.get("image"))
        wrong.unless(facts.get("config", "").rstrip().endswith("\nend"), "facts: config", facts.get("config"))
        wrong.unless(0 <= facts.get("memfree_mb", -1) <= facts.get("memtotal_mb", 0) > 0, "facts: memory",
                     facts.get("memfree_mb"), facts.get("memtotal_mb"), box.cli("show memory statistics"))
        wrong.unless("nvram:" in facts.get("filesystems", []) or "flash:" in facts.get("filesystems", []),
                     "facts: filesystems of dir", facts.get("filesystems"))
        wrong.unless(list(facts.get("interfaces", {})) == ["GigabitEthernet0/0"], "facts: interfaces",
                     list(facts.get("interfaces", {})))
        said = results["command"]["stdout"]
        wrong.unless("uptime is" in said[0] and said[1] == "" and "[confirm]" in said[2]
                     and said[3] == "Current privilege level is 15", "ansible: command", said)
        now, kept = box.cli("show running-config"), box.cli("show startup-config")
        for text in (now, kept):
            for block in (PEER, ["voice service voip"], [" sip", "  early-offer forced"], ["hostname edge7"]):
                wrong.unless("\n" + "\n".join(block) + "\n" in text, "ansible: not there", block, text)
            for user in ("anna", "carl"):           # a new password is no new level
                wrong.unless(re.search(r"\nusername %s privilege 15 secret 9 \$9\$\S+\n" % user, text),
                             "ansible: user " + user, re.findall("username .*", text))
        wrong.unless("banner login" not in now and "username ben" not in now, "ansible: not removed", now)


if __name__ == "__main__":
    if sys.argv[1:2] == ["soak"]:
        play("automation", [soak])
    else:
        play("automation", [netmiko_ssh, netmiko_telnet, echoes, sayings, pipes, leaks, abandoned, crowd, dialogs,
                            rancid, ansible])
