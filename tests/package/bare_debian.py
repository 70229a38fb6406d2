#!/usr/bin/env python3
"""Installs, upgrades and removes the Debian package in a bare Debian 12 that systemd has booted.

    scripts/package && scripts/install-dependencies --package-tests
    sudo python3 -B tests/package/bare_debian.py build/package/fortnight_*.deb

debootstrap makes the system, once, in build/package/bookworm; systemd-nspawn boots a copy of it, with the
network of the host. --without-systemd uses chroot and tests what needs no service."""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
MIRROR = "http://deb.debian.org/debian"
CONFIG = "etc/fortnight/fortnight.yaml"
SOCKET = "/var/lib/fortnight/query.sock"
CALL = '{"ts":"%s","status":200,"path":"/api/orders/7","method":"GET","call_id":"%s"}\n'
PROGRAMS = ("fortnightd", "fortnight", "fortnight-segment", "fortnight-generate", "fortnight-format")
# Everything that is started in the container.
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
               "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}


def run(*command, **more):
    return subprocess.run([str(word) for word in command], check=True, timeout=3600, **more)


def step(text):
    print(f"\n== {text}", flush=True)


def check(condition, what):
    if not condition:
        raise SystemExit(f"FAILED: {what}")
    print(f"   ok: {what}", flush=True)


def wait_until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"FAILED: {what}")
        time.sleep(0.2)
    print(f"   ok: {what}", flush=True)


def bare_debian(directory):
    """A bare Debian 12, made once."""
    if not (directory / "etc/debian_version").exists():
        shutil.rmtree(directory, ignore_errors=True)
        new = directory.with_name(directory.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        run("debootstrap", "--variant=minbase", "--include=systemd-sysv", "bookworm", new, MIRROR)
        new.rename(directory)


def repacked(package, directory, version, config_line):
    """The package as another version would be, with a change of the configuration that it brings."""
    tree = directory / f"tree-{version}"
    run("dpkg-deb", "-R", package, tree)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.M))
    with open(tree / CONFIG, "a") as file:
        file.write(config_line)
    made = directory / f"fortnight_{version}.deb"
    run("dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, made, stdout=subprocess.DEVNULL)
    return made


class Machine:
    """The system under test. run() returns what a command prints, or fails."""

    def __init__(self, root):
        self.root = root

    def prefix(self):
        return ["chroot", str(self.root)]

    def call(self, command, user=None):
        words = ["/bin/sh", "-c", command]
        if user:
            words = ["/sbin/runuser", "-u", user, "--", *words]
        return subprocess.run([*self.prefix(), *words], capture_output=True, text=True, timeout=600,
                              env=ENVIRONMENT, check=False)

    def run(self, command, user=None):
        done = self.call(command, user)
        if done.returncode != 0:
            journal = self.call("journalctl -q --no-pager -n 30 -u fortnightd").stdout
            raise SystemExit(f"FAILED: {command}\n{done.stdout}{done.stderr}{journal}")
        return done.stdout

    def file(self, path):
        return self.root / path.lstrip("/")


class Booted(Machine):
    """The same, in the namespaces of a booted systemd."""

    def __init__(self, root):
        super().__init__(root)
        log = open(root.parent / "console", "wb")
        environment = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit",
             "--machine=fortnight-test", "--console=pipe", f"--directory={root}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        self.leader = None
        try:
            wait_until(self.is_up, "systemd has booted", 300)
        except BaseException:
            self.nspawn.terminate()  # nspawn shuts the container down
            self.nspawn.wait()
            raise

    def is_up(self):
        if self.nspawn.poll() is not None:
            raise SystemExit("systemd-nspawn ended:\n" + (self.root.parent / "console").read_text())
        # The first child makes the namespaces and ends.
        children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text()
        if not children.split():
            return False
        self.leader = children.split()[-1]
        state = self.call("systemctl is-system-running").stdout.strip()
        return state in ("running", "degraded")

    def prefix(self):
        return ["nsenter", "--all", f"--target={self.leader}"]

    def end(self):
        subprocess.run([*self.prefix(), "systemctl", "poweroff"], check=False, timeout=60,
                       capture_output=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.nspawn.wait(timeout=60)
        self.nspawn.kill()


class Test:
    def __init__(self, machine, package, newer, booted):
        self.machine, self.package, self.newer, self.booted = machine, package, newer, booted
        self.calls = 0

    def install(self, package, *options):
        shutil.copy(package, self.machine.file("root/fortnight.deb"))
        words = " ".join(options)
        return self.machine.run(f"apt-get install -y --no-install-recommends {words} /root/fortnight.deb")

    def active(self):
        return self.machine.call("systemctl is-active fortnightd").stdout.strip() == "active"

    def client(self, request, user=None):
        return self.machine.call(f"fortnight {request}", user)

    def count(self):
        done = self.client("activity date=all --summary --json")
        found = re.search(r'"summary":\{"calls":(\d+)', done.stdout)
        return int(found[1]) if found else -1

    def add_calls(self, number):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with open(self.machine.file("var/log/shop/access.json"), "a") as log:
            for _ in range(number):
                self.calls += 1
                log.write(CALL % (now, f"c-{self.calls}"))

    def everything_is_there(self, when):
        wait_until(lambda: self.count() == self.calls, f"{when}: all {self.calls} calls are in answers")

    def run(self):
        self.first_installation()
        if self.booted:
            self.first_answers()
            self.page()
            self.reload()
            self.hardening()
            self.wider()
        self.upgrade()
        self.removal()
        if self.booted:
            self.stranger()
        step("All was seen to work.")

    def first_installation(self):
        step("Installing")
        self.install(self.package)
        machine = self.machine
        for path in (CONFIG, "etc/apparmor.d/usr.bin.fortnightd",
                     "usr/share/man/man5/fortnight.yaml.5.gz", "usr/share/doc/fortnight/README.md",
                     "usr/share/doc/fortnight/docs/operations.md"):
            check(machine.file(path).exists(), path)
        for program in PROGRAMS:
            version = machine.run(f"{program} --version")
            check(version.startswith(program + " "), version.strip())
            section = 8 if program == "fortnightd" else 1
            page = f"usr/share/man/man{section}/{program}.{section}.gz"
            check(machine.file(page).exists(), page)
        for program in ("fortnight", "fortnight-format"):
            for path in (f"bash-completion/completions/{program}", f"zsh/vendor-completions/_{program}",
                         f"fish/vendor_completions.d/{program}.fish"):
                check(machine.file(f"usr/share/{path}").exists(), path)
        tools = machine.call("command -v cc gcc g++ clang cmake node nodejs npm").stdout
        check(tools == "", "neither a compiler nor Node.js came with it")
        check(machine.run("getent passwd fortnight").startswith("fortnight:"), "the user fortnight exists")
        check(machine.run("stat -c '%U:%G %a' /var/lib/fortnight").strip() == "fortnight:fortnight 750",
              "the group may enter the data directory, and nobody else")
        check("fine" in machine.run(f"/usr/bin/fortnightd --check-config --config /{CONFIG}"),
              "the configuration is right")

    def first_answers(self):
        step("The first answers")
        machine = self.machine
        wait_until(self.active, "the service runs")
        machine.run("useradd jo && gpasswd -a jo fortnight && useradd eve")
        check(self.client("ping").returncode == 0, "root asks over the unix socket")
        check(self.client("status", "jo").returncode == 0, "a member of the group does, too")
        eve = self.client("status", "eve")
        check(eve.returncode == 2 and "not-authenticated" in eve.stderr, "nobody else does")
        check(self.client("tokens", "jo").returncode == 2, "a member of the group is no admin")
        check(machine.call("cat /var/lib/fortnight/journal-mark", "jo").returncode != 0,
              "and can't read the files")
        machine.run("install -d -o root -g adm -m 750 /var/log/shop")
        machine.run("install -o root -g adm -m 640 /dev/null /var/log/shop/access.json")
        config = machine.file(CONFIG)
        edited = "- tail: {paths: [/var/log/shop/access.json]}  # edited"
        config.write_text(re.sub("(?m)^#- tail: .*$", edited, config.read_text()))
        self.add_calls(100)
        machine.run("systemctl reload fortnightd")
        self.everything_is_there("after one edit and a reload")

    def fetch(self, path, port):
        """What a web server in the machine answers; curl isn't there."""
        request = f"GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n"
        return self.machine.run(f"bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}; "
                                f"printf \"{request}\" >&3; cat <&3'")

    def page(self):
        step("The page")
        page = self.fetch("/", 14080)
        check(page.startswith("HTTP/1.1 200"), "the daemon serves it")
        script = re.search(r'src="(/[^"]+\.js)"', page)
        check(script and self.fetch(script[1], 14080).startswith("HTTP/1.1 200"), "and its script")

    def reload(self):
        step("Reloading")
        machine = self.machine
        config = machine.file(CONFIG)
        good = config.read_text()
        config.write_text(good + "no_such_key: 1\n")
        check(machine.call("systemctl reload fortnightd").returncode != 0, "a wrong configuration fails")
        check(self.active(), "and the service goes on")
        check("no_such_key" in machine.run("journalctl -q -u fortnightd --no-pager"), "the journal says why")
        config.write_text(good + '- tcp: {listen: "127.0.0.1:14080"}\n')
        check(machine.call("systemctl reload fortnightd").returncode != 0, "a port that is taken fails, too")
        check("in use by another process" in machine.run("journalctl -q -u fortnightd --no-pager -n 5"),
              "the journal says why")
        config.write_text(good + '- tcp: {listen: "127.0.0.1:14011"}\n')
        machine.run("systemctl reload fortnightd && bash -c 'exec 3<>/dev/tcp/127.0.0.1/14011'")
        check(True, "a new source accepts connections as soon as the reload returns")
        config.write_text(good)
        machine.run("systemctl reload fortnightd")
        told = r"[\d.]+ calls a second; 0 bytes behind; calls of 1 day"
        wait_until(lambda: re.fullmatch(told, machine.run("systemctl show -P StatusText fortnightd").strip()),
                   "systemctl status has calls a second, bytes behind, and days")
        self.add_calls(10)
        self.everything_is_there("after the correction")

    def hardening(self):
        step("The unit")
        score = self.machine.run("systemd-analyze security fortnightd --no-pager").splitlines()[-1]
        value = float(re.search(r": (\d+\.\d)", score)[1])
        check(value <= 1.1, f"systemd-analyze security: {value}")

    def wider(self):
        step("Listening wider, with a certificate by LoadCredential=")
        machine = self.machine
        tls = machine.file("etc/fortnight/tls")
        tls.mkdir(mode=0o700)
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", tls / "privkey.pem", "-out", tls / "fullchain.pem", stderr=subprocess.DEVNULL)
        dropin = machine.file("etc/systemd/system/fortnightd.service.d")
        dropin.mkdir(parents=True)
        machine.run("cp /usr/share/doc/fortnight/examples/systemd/wider.conf "
                    "/etc/systemd/system/fortnightd.service.d/")
        config = machine.file(CONFIG)
        before = config.read_text()
        config.write_text(before + 'query: {listen: "0.0.0.0:14002"}\ntls:\n'
                          "  certificate: /run/credentials/fortnightd.service/tls.crt\n"
                          "  key: /run/credentials/fortnightd.service/tls.key\n")
        machine.run("systemctl daemon-reload && systemctl restart fortnightd")
        secure = machine.call("fortnight ping --connect tls://localhost:14002 "
                              "--ca /etc/fortnight/tls/fullchain.pem")
        check(secure.returncode == 0, "the query port speaks TLS: " + secure.stderr)
        machine.run("systemctl reload fortnightd")
        check(True, "a reload works, too")
        score = machine.run("systemd-analyze security fortnightd --no-pager").splitlines()[-1]
        value = float(re.search(r": (\d+\.\d)", score)[1])
        check(value <= 1.5, f"systemd-analyze security: {value}")
        shutil.rmtree(dropin)
        shutil.rmtree(tls)
        config.write_text(before)
        machine.run("systemctl daemon-reload && systemctl restart fortnightd")

    def upgrade(self):
        machine = self.machine
        config = machine.file(CONFIG)
        if not self.booted:
            config.write_text(config.read_text() + "# edited\n")
        edited = config.read_text()
        for name, package, options in (
                ("Upgrading", self.newer, ("-o", "Dpkg::Options::=--force-confold")),
                ("Downgrading", self.package,
                 ("--allow-downgrades", "-o", "Dpkg::Options::=--force-confold"))):
            step(name)
            self.install(package, *options)
            check(config.read_text() == edited, "the edited configuration is kept")
            if self.booted:
                wait_until(self.active, "the service runs")
                self.add_calls(10)
                self.everything_is_there(name)

    def removal(self):
        machine = self.machine
        config = machine.file(CONFIG)
        edited = config.read_text()
        step("Removing")
        machine.run("apt-get remove -y fortnight")
        check(not machine.file("usr/bin/fortnightd").exists(), "the programs are gone")
        check(config.read_text() == edited, "the configuration stays")
        check(machine.file("var/lib/fortnight").exists(), "the data stays")
        if self.booted:
            check(not self.active(), "the service has ended")
            self.add_calls(10)
        step("Installing again")
        self.install(self.package)
        check(config.read_text() == edited, "the configuration is the edited one")
        if self.booted:
            wait_until(self.active, "the service runs")
            self.everything_is_there("with the calls of the meantime")
        step("Purging")
        machine.run("apt-get purge -y fortnight")
        check(not config.exists(), "the configuration is gone")
        check(machine.file("var/lib/fortnight").exists(), "the data stays")
        step("Installing after the purge")
        self.install(self.package)
        check("edited" not in config.read_text(), "the configuration is the package's")
        if self.booted:
            wait_until(self.active, "the service runs")
            self.everything_is_there("without the source")


    def stranger(self):
        step("From nothing to the chart of nginx' log, by the README's section")
        machine = self.machine
        machine.run("apt-get purge -y fortnight; rm -rf /var/lib/fortnight")
        machine.run("apt-get install -y --no-install-recommends nginx-light")
        machine.run("systemctl start nginx")
        for path in ("/", "/missing", "/index.html"):
            self.fetch(path, 80)
        section = (ROOT / "README.md").read_text().split("\n## Install it\n", 1)[1].split("\n## ", 1)[0]
        lines = re.search(r"```sh\n(.*?)```", section, re.S)[1].splitlines()
        commands = [line.split("  #")[0].strip() for line in lines]
        edited = re.search(r"```yaml\n(.*?)```", section, re.S)[1]
        for command in commands:
            if command.startswith("apt install"):
                shutil.copy(self.package, machine.file("root/" + command.split("/")[-1]))
                machine.run(f"cd /root && DEBIAN_FRONTEND=noninteractive {command} -y")
            elif command.startswith("editor"):
                config = machine.file(command.split()[-1])
                config.write_text(re.sub("(?m)^#(- tail: .*)$", r"\1", config.read_text()))
                check(edited in config.read_text(), "without its #, the line is that of the README")
            else:
                machine.run(command)
                print("   " + command)
        wait_until(lambda: self.count() == 3, "all requests to nginx are in answers")
        chart = machine.run(f"{command} --view")
        print(chart)
        check("Total calls 3   Errors 2" in chart, "and in the chart")
        findings = [json.loads(line) for line in self.client("doctor").stdout.splitlines()]
        # The machine has the clock and the limits of its host.
        own = [row for row in findings if row["about"] not in ("clock", "inotify", "disk")]
        check(own == [], f"the doctor finds nothing in it: {own}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("package", nargs="?", help="the .deb (default: that of build/package)")
    parser.add_argument("--without-systemd", action="store_true")
    parser.add_argument("--keep", action="store_true", help="keep the system that was used")
    options = parser.parse_args()
    built = [path for path in sorted((ROOT / "build/package").glob("fortnight_*.deb"))]
    package = pathlib.Path(options.package) if options.package else built[-1]
    base = ROOT / "build/package/bookworm"
    base.parent.mkdir(parents=True, exist_ok=True)
    step("A bare Debian 12")
    bare_debian(base)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fortnight-package-", dir=base.parent))
    machine = None
    try:
        newer = repacked(package, directory, "99.0", "\n# A line that another version brings.\n")
        root = directory / "root"
        run("cp", "-a", "--reflink=auto", base.resolve(), root)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        booted = not options.without_systemd
        machine = Booted(root) if booted else Machine(root)
        machine.run("apt-get update")
        Test(machine, package, newer, booted).run()
    finally:
        if isinstance(machine, Booted):
            machine.end()
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
