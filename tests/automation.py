#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that we did not write drive the box: Netmiko, Ansible's cisco.ios, RANCID, plink, OpenSSH,
expect; and hundreds of logins leave nothing behind.  automation.py [NAME...] | automation.py soak LOGINS

A scenario that finds several faults says them all before it fails."""

import importlib.util
import os
import re
import subprocess
import sys
import time

if not importlib.util.find_spec("netmiko") and sys.executable != "/usr/bin/python3":
    os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)    # Debian's libraries are those of this one

# In the place of this directory, whose logging.py is not the one that the libraries want.
sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
import netmiko  # noqa: E402

import box as b  # noqa: E402
from lab import play  # noqa: E402

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


def started(config=CONFIG):
    """A box with a host key, whose SSH is open."""
    box = b.Box(config)
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


if __name__ == "__main__":
    play("automation", [netmiko_ssh, netmiko_telnet])
