#!/usr/bin/env python3
"""Runs the Debian package under its AppArmor profile, enforced, in a Debian 12 with a kernel of its own.

    scripts/package && scripts/install-dependencies --package-tests
    sudo python3 -B tests/package/apparmor.py build/package/fortnight_*.deb

QEMU boots the system: with KVM if this host has it, else in software, which takes some minutes. Any
denial that the kernel reports fails the test. The disk has debootstrap's system, Debian's kernel and this
file, which a unit of the system runs with --inside; then the machine powers off, and the result is read
from the disk."""

import argparse
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

from bare_debian import CALL, CONFIG, ENVIRONMENT, MIRROR, ROOT, bare_debian, check, run, step, wait_until

PACKAGES = "linux-image-cloud-amd64 apparmor apparmor-utils python3 openssl gzip"
RESULT = "root/result"
BACKUP = "/var/backups/fortnight"
SYSTEM = "/etc/systemd/system"
UNIT = f"""[Unit]
After=multi-user.target
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/usr/bin/python3 -B /root/tests/package/apparmor.py --inside
StandardOutput=journal+console
StandardError=journal+console
"""
# Waits are longer in software.
PATIENCE = 240


def call(command):
    return subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=600,
                          env=ENVIRONMENT, check=False)


def output(command):
    done = call(command)
    if done.returncode != 0:
        journal = call("journalctl -q --no-pager -n 30 -u fortnightd").stdout
        raise SystemExit(f"FAILED: {command}\n{done.stdout}{done.stderr}{journal}")
    return done.stdout


def denials():
    """What the kernel said of denied accesses, each once."""
    lines = call("journalctl -q --no-pager -o cat | grep -F 'apparmor=\"DENIED\"'").stdout.splitlines()
    return sorted({re.sub(r"^.*?(?=apparmor=)|pid=\d+ |audit\([^)]*\)", "", line) for line in lines})


def config(edit):
    path = pathlib.Path("/", CONFIG)
    path.write_text(edit(path.read_text()))


class Checks:
    """In the machine."""

    def __init__(self):
        self.calls = 0
        self.log = pathlib.Path("/var/log/shop/access.json")

    def add_calls(self, number):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with open(self.log, "a") as log:
            for _ in range(number):
                self.calls += 1
                log.write(CALL % (now, f"c-{self.calls}"))

    def everything_is_there(self, when):
        def count():
            found = re.search(r'"summary":\{"calls":(\d+)',
                              call("fortnight activity date=all --summary --json").stdout)
            return int(found[1]) if found else -1
        wait_until(lambda: count() == self.calls, f"{when}: all {self.calls} calls are in answers", PATIENCE)

    def no_denials(self, when):
        found = denials()
        for line in found:
            print("   " + line)
        check(not found, f"{when}: nothing was denied")

    def confined(self):
        pid = output("systemctl show -P MainPID fortnightd").strip()
        label = pathlib.Path(f"/proc/{pid}/attr/current").read_text().strip("\0\n ")
        check(label == "fortnightd (enforce)", f"the process is confined: {label}")

    def run(self):
        for part in (self.start, self.tailing, self.requests, self.backups, self.tls, self.ends):
            # The unit allows few starts in five minutes.
            call("systemctl reset-failed fortnightd")
            part()

    def start(self):
        step("The first start")
        wait_until(lambda: call("systemctl is-active fortnightd").returncode == 0, "the service runs",
                   PATIENCE)
        status = json.loads(output("aa-status --json"))
        check(status["profiles"].get("fortnightd") == "enforce", "the profile is loaded, and enforced")
        self.confined()
        denied = call("fortnightd --check-config --config /etc/shadow")
        check(denied.returncode != 0, "root's fortnightd may not read other files")
        check(any("/etc/shadow" in line for line in denials()), "the kernel reports that, as any denial")
        output("journalctl --rotate && journalctl --vacuum-time=1s")
        self.no_denials("from here on")

    def tailing(self):
        step("Tailing, reloading, rotation")
        output("install -d -o root -g adm -m 750 /var/log/shop")
        output("install -o root -g adm -m 640 /dev/null /var/log/shop/access.json")
        source = "- tail: {paths: [/var/log/shop/access.json*, /srv/shop/*.json]}"
        config(lambda text: re.sub("(?m)^#- tail: .*$", source, text))
        self.add_calls(100)
        output("systemctl reload fortnightd")
        self.everything_is_there("after one edit and a reload")
        config(lambda text: text + "no_such_key: 1\n")
        check(call("systemctl reload fortnightd").returncode != 0, "a reload of a wrong configuration fails")
        # The package's sources ask senders for a token.
        more = "".join(f'- {kind}: {{listen: "127.0.0.1:{port}", require_identity: false}}\n'
                       for kind, port in (("tcp", 14011), ("http", 14005)))
        config(lambda text: text.replace("no_such_key: 1\n", more))
        output("systemctl reload fortnightd && "
               "runuser -u fortnight -- fortnightd --reload --config /etc/fortnight/fortnight.yaml "
               "--data-dir /var/lib/fortnight")
        output("fortnight reload && fortnightd --check-config --config /etc/fortnight/fortnight.yaml")
        for number in (1, 2):
            self.add_calls(10)
            self.log.rename(self.log.with_name(f"access.json.{number}"))
            output("install -o root -g adm -m 640 /dev/null /var/log/shop/access.json")
            self.add_calls(10)
            self.everything_is_there("after a rotation")
        old = self.log.with_name("access.json.1")
        with gzip.open(f"{old}.gz", "wb") as packed:
            packed.write(old.read_bytes())
        old.unlink()
        self.add_calls(10)
        pathlib.Path("/srv/shop").mkdir()
        self.log, log = pathlib.Path("/srv/shop/a.json"), self.log
        self.add_calls(5)
        self.log = log
        self.everything_is_there("after compression, with another directory")
        self.no_denials("tailing")

    def requests(self):
        step("Requests, and what the daemon writes")
        output("fortnight user add jo --rights counts,calls,bodies && fortnight user reset-password jo")
        output("fortnight issue ci rights=counts")
        # The status is 1 if nothing matches, and the doctor's is up to 2.
        for request in ("status", "sources", "logs limit=3", "top by=endpoint", "errors", "rejects", "audit",
                        "doctor", "top --once", "export date=all"):
            output(f"fortnight {request} > /dev/null; [ $? -le 2 ]")
        with open("/root/lines", "w") as lines:
            lines.write("".join(CALL % (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), f"t-{i}")
                                for i in range(20)))
        send = ("import socket; s = socket.create_connection(('127.0.0.1', 14011)); "
                "s.sendall(open('/root/lines', 'rb').read() + b'#sync 1\\n'); print(s.recv(99))")
        check("accepted=20" in output(f'python3 -c "{send}"'), "lines over TCP")
        post = ("import urllib.request as u; print(u.urlopen(u.Request("
                "'http://127.0.0.1:14005/ingest/v1/lines', "
                "open('/root/lines', 'rb').read().replace(b't-', b'h-'))).status)")
        check("20" in output(f'python3 -c "{post}"'), "lines over HTTP")
        self.calls += 40
        for path in ("/", "/healthz", "/readyz"):
            fetch = f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:14080{path}').status)"
            check("200" in output(f'python3 -c "{fetch}"'), f"GET {path}")
        self.everything_is_there("over all ways in")
        self.no_denials("requests")

    def backups(self):
        step("Backup and restore")
        output(f"fortnight backup {BACKUP}")
        output(f"runuser -u fortnight -- fortnightd --restore-check {BACKUP}")
        self.add_calls(10)
        self.everything_is_there("while there is a backup")
        output(f"fortnight backup {BACKUP}")
        output(f"runuser -u fortnight -- fortnightd --restore-check {BACKUP}")
        # Hard links, within the data directory.
        output("fortnight backup /var/lib/fortnight/backup && rm -r /var/lib/fortnight/backup")
        output("systemctl stop fortnightd && rm -r /var/lib/fortnight && "
               f"cp -a {BACKUP} /var/lib/fortnight && systemctl start fortnightd")
        self.everything_is_there("restored")
        self.no_denials("backups")

    def tls(self):
        step("TLS, by LoadCredential=")
        output("install -d -m 700 /etc/fortnight/tls && openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
               "-subj /CN=localhost -addext subjectAltName=DNS:localhost "
               "-keyout /etc/fortnight/tls/privkey.pem -out /etc/fortnight/tls/fullchain.pem")
        output("install -D /usr/share/doc/fortnight/examples/systemd/wider.conf "
               f"{SYSTEM}/fortnightd.service.d/wider.conf")
        before = pathlib.Path("/", CONFIG).read_text()
        config(lambda text: text + 'query: {listen: "0.0.0.0:14002"}\ntls:\n'
               "  certificate: /run/credentials/fortnightd.service/tls.crt\n"
               "  key: /run/credentials/fortnightd.service/tls.key\n")
        output("systemctl daemon-reload && systemctl restart fortnightd")
        secure = "fortnight ping --connect tls://localhost:14002 --ca /etc/fortnight/tls/fullchain.pem"
        wait_until(lambda: call(secure).returncode == 0, "the query port speaks TLS", PATIENCE)
        output("systemctl reload fortnightd")
        config(lambda text: text.replace("/run/credentials/fortnightd.service/", "/etc/fortnight/own/"))
        output("install -d /etc/fortnight/own && cd /etc/fortnight/tls && "
               "install -o fortnight -m 400 fullchain.pem ../own/tls.crt && "
               "install -o fortnight -m 400 privkey.pem ../own/tls.key")
        output("systemctl restart fortnightd")
        wait_until(lambda: call(secure).returncode == 0, "so it does with files of /etc/fortnight", PATIENCE)
        config(lambda text: before)
        output(f"rm -r {SYSTEM}/fortnightd.service.d && systemctl daemon-reload && "
               "systemctl restart fortnightd")
        self.everything_is_there("without TLS again")
        self.no_denials("TLS")

    def ends(self):
        step("Kill, stop and start")
        output("systemctl kill -s KILL fortnightd")
        self.add_calls(10)
        self.everything_is_there("after a kill")
        output("systemctl stop fortnightd")
        result = output("systemctl show -P Result fortnightd").strip()
        check(result == "success", f"the daemon ends well: {result}")
        check("stopped" in output("journalctl -q --no-pager -u fortnightd -n 8"), "and has closed its store")
        self.add_calls(10)
        output("systemctl start fortnightd")
        self.confined()
        self.everything_is_there("after a stop")
        check(call("runuser -u fortnight -- fortnight-segment verify /var/lib/fortnight").returncode == 0,
              "the data is whole")
        self.no_denials("to the end")


def inside():
    """Runs the checks, and writes "passed" or why not."""
    result = pathlib.Path("/", RESULT)
    try:
        Checks().run()
        result.write_text("passed\n")
    except BaseException as failed:
        traceback.print_exc()
        result.write_text(f"{failed}\n" + "\n".join(denials()) + "\n")
    os.sync()


def in_root(root, command):
    mounted = 'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -c "$1"'
    done = subprocess.run(["unshare", "--mount", "/bin/sh", "-c", mounted, root, command], env=ENVIRONMENT,
                          capture_output=True, text=True, timeout=3600, check=False)
    if done.returncode != 0:
        raise SystemExit(f"FAILED: {command}\n{done.stdout}{done.stderr}")


def with_kernel(base):
    """The bare Debian with a kernel and AppArmor, made once."""
    root = base.with_name("bookworm-kernel")
    if root.exists():
        return root
    new = root.with_name(root.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    run("cp", "-a", "--reflink=auto", base.resolve(), new)
    shutil.copy("/etc/resolv.conf", new / "etc/resolv.conf")
    # The kernel's security updates replace the kernel that it was released with.
    (new / "etc/apt/sources.list").write_text(
        f"deb {MIRROR} bookworm main\ndeb {MIRROR}-security bookworm-security main\n")
    (new / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (new / "usr/sbin/policy-rc.d").chmod(0o755)
    install = "apt-get install -q -y --no-install-recommends"
    # The machine's disk alone, for a small image, which is made and read quickly.
    in_root(new, f"apt-get update -q && {install} initramfs-tools && "
                 "echo MODULES=list > /etc/initramfs-tools/conf.d/disk && "
                 "printf 'virtio_pci\\nvirtio_blk\\next4\\n' >> /etc/initramfs-tools/modules")
    in_root(new, f"{install} {PACKAGES}")
    new.rename(root)
    return root


def disk_of(root, directory, package):
    """A disk with the system, the package and the checks."""
    tree = directory / "root"
    run("cp", "-a", "--reflink=auto", root, tree)
    shutil.copy(package, tree / "root/fortnight.deb")
    in_root(tree, "apt-get install -q -y --no-install-recommends /root/fortnight.deb")
    (tree / "usr/sbin/policy-rc.d").unlink()
    (tree / "etc/hosts").write_text("127.0.0.1 localhost\n")
    tests = tree / "root/tests/package"
    tests.mkdir(parents=True)
    for name in ("apparmor.py", "bare_debian.py"):
        shutil.copy(ROOT / "tests/package" / name, tests)
    (tree / SYSTEM.lstrip("/") / "checks.service").write_text(UNIT)
    wants = tree / SYSTEM.lstrip("/") / "default.target.wants"
    wants.mkdir(exist_ok=True)
    (wants / "checks.service").symlink_to(f"{SYSTEM}/checks.service")
    for kind in ("vmlinuz", "initrd.img"):
        shutil.copy(next((tree / "boot").glob(kind + "-*")), directory / kind)
    disk = directory / "disk"
    run("mke2fs", "-q", "-t", "ext4", "-d", tree, disk, "4G")
    shutil.rmtree(tree)
    return disk


def boot(directory, disk, minutes):
    accelerators = ["kvm"] if os.access("/dev/kvm", os.W_OK) else ["tcg,thread=multi"]
    step(f"The machine ({accelerators[0]})")
    subprocess.run(["qemu-system-x86_64", "-accel", accelerators[0], "-cpu", "max", "-smp", "2", "-m", "1024",
                    "-nographic", "-no-reboot", "-nic", "none", "-kernel", directory / "vmlinuz",
                    "-initrd", directory / "initrd.img",
                    "-drive", f"file={disk},format=raw,if=virtio,cache=unsafe", "-append",
                    "root=/dev/vda rw console=ttyS0 quiet loglevel=3 systemd.show_status=no"],
                   stdin=subprocess.DEVNULL, timeout=60 * minutes, check=True)
    shown = subprocess.run(["debugfs", "-R", f"cat /{RESULT}", disk], capture_output=True, text=True,
                           check=True)
    return shown.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("package", nargs="?", help="the .deb (default: that of build/package)")
    parser.add_argument("--minutes", type=int, default=60, help="the most that the machine may take")
    parser.add_argument("--keep", action="store_true", help="keep the disk")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside()
    built = sorted((ROOT / "build/package").glob("fortnight_*.deb"))
    package = pathlib.Path(options.package) if options.package else built[-1]
    base = ROOT / "build/package/bookworm"
    base.parent.mkdir(parents=True, exist_ok=True)
    step("A bare Debian 12 with a kernel")
    bare_debian(base)
    root = with_kernel(base)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fortnight-apparmor-", dir=base.parent))
    try:
        disk = disk_of(root, directory, package)
        result = boot(directory, disk, options.minutes)
        check(result == "passed\n", f"the checks in the machine: {result}")
        step("All was seen to work.")
    finally:
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
