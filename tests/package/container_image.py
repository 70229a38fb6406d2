#!/usr/bin/env python3
"""Runs the steps of packaging/Containerfile in a bare Debian 12, and the result as compose.yaml would.

    scripts/package && scripts/install-dependencies --package-tests
    sudo python3 -B tests/package/container_image.py build/package/fortnight_*.deb

It needs neither a container engine nor a registry. Namespaces and setpriv take the place of an engine:
a read-only root file system, a volume, no capabilities, and a network of its own, which Caddy shares."""

import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from bare_debian import ENVIRONMENT, ROOT, bare_debian, check, run, step, wait_until

RECIPE = ROOT / "packaging/Containerfile"
PARTS = ROOT / "packaging/container"
LOG = '192.0.2.7 - - [%s] "GET /shop/%d HTTP/1.1" 200 512 "-" "curl/7.88.1"\n'


def instructions():
    """The recipe's instructions and their words."""
    text = re.sub(r"^\s*#.*\n", "", RECIPE.read_text(), flags=re.M).replace("\\\n", " ")
    return [line.split(None, 1) for line in text.splitlines() if line.strip()]


def in_root(root, command):
    """Runs a command as an engine does while it builds: with /proc. Shows its output if it fails."""
    mounted = 'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -c "$1"'
    done = subprocess.run(["unshare", "--mount", "/bin/sh", "-c", mounted, root, command], env=ENVIRONMENT,
                          capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise SystemExit(f"FAILED: {command}\n{done.stdout}{done.stderr}")


def build(root, package):
    """Returns the user and the command of the image."""
    step("The recipe's steps")
    image = {}
    for word, rest in instructions():
        print(f"   {word} {re.sub(' +', ' ', rest)[:90]}", flush=True)
        if word == "RUN":
            in_root(root, rest)
        elif word == "COPY":
            check(rest.split() == ["build/package/fortnight_*.deb", "/tmp/"], "only the package is copied")
            shutil.copy(package, root / "tmp")
        elif word in ("ENTRYPOINT", "CMD"):
            image[word] = re.findall(r'"([^"]*)"', rest)
        else:
            image[word] = rest
    check(image["FROM"].endswith("debian:bookworm-slim"), "it is based on Debian 12")
    check(image["VOLUME"] == "/var/lib/fortnight", "the data is in a volume")
    return image["USER"], image["ENTRYPOINT"] + image["CMD"]


class Container:
    """The image's root in the namespaces of this process."""

    def __init__(self, root, directory, user):
        self.root, self.directory, self.user = root, directory, user
        volume = directory / "volume"
        # As engines fill a new volume.
        run("cp", "-a", root / "var/lib/fortnight", volume)
        (root / "var/log/host").mkdir()
        run("mount", "--bind", root, root)
        run("mount", "--bind", volume, root / "var/lib/fortnight")
        run("mount", "--bind", directory / "log", root / "var/log/host")
        run("mount", "--bind", directory / "fortnight", root / "etc/fortnight")
        run("mount", "-t", "proc", "proc", root / "proc")
        run("mount", "-o", "remount,bind,ro", root)
        run("ip", "link", "set", "lo", "up")

    def command(self, words):
        user, group = self.user.split(":")
        return ["chroot", str(self.root), "setpriv", f"--reuid={user}", f"--regid={group}", "--groups=4",
                "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", *words]

    def call(self, words):
        return subprocess.run(self.command(words), capture_output=True, text=True, timeout=60,
                              env=ENVIRONMENT, check=False)


def inside(directory, user, command):
    root = directory / "root"
    log = directory / "log"
    log.mkdir()
    now = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    (log / "nginx").mkdir()
    (log / "nginx/access.log").write_text("".join(LOG % (now, i) for i in range(50)))
    config = (PARTS / "fortnight/fortnight.yaml").read_text()
    edited = re.sub("(?m)^#(- tail: )", r"\1", config)
    check(edited != config, "one edit of the configuration names the log")
    (directory / "fortnight").mkdir()
    (directory / "fortnight/fortnight.yaml").write_text(config)
    container = Container(root, directory, user)

    step("The container")
    check(container.call(["touch", "/etc/x"]).returncode != 0, "the root file system is read-only")
    with open(directory / "daemon", "w") as output:
        daemon = subprocess.Popen(container.command(command), stdout=output, stderr=output, env=ENVIRONMENT)
    wait_until(lambda: container.call(["fortnight", "ping"]).returncode == 0, "the daemon answers")
    status = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
    check(re.search(rf"^Uid:\s+{user.split(':')[0]}\s", status, re.M), "it isn't root")
    check(re.search(r"^CapBnd:\s+0+$", status, re.M), "it has no capabilities")
    (directory / "fortnight/fortnight.yaml").write_text(edited)
    reloaded = container.call(["fortnight", "reload"])
    check(reloaded.returncode == 0, "fortnight reload: " + reloaded.stderr)
    activity = ["fortnight", "activity", "--json", "--summary"]
    wait_until(lambda: '"calls":50' in container.call(activity).stdout,
               "all lines of the host's log are in answers")
    added = container.call(["fortnight", "user", "add", "jo", "--rights", "counts,calls,bodies"])
    check(added.returncode == 0, "a person is added: " + added.stderr)

    step("Caddy in front")
    environment = {**os.environ, "FORTNIGHT_HOST": "localhost", "HOME": str(directory),
                   "XDG_DATA_HOME": str(directory / "data"), "XDG_CONFIG_HOME": str(directory / "config")}
    with open(directory / "caddy", "w") as output:
        caddy = subprocess.Popen(
            ["caddy", "run", "--config", PARTS / "caddy/Caddyfile", "--adapter", "caddyfile"],
            stdout=output, stderr=output, env=environment)
    authority = directory / "data/caddy/pki/authorities/local/root.crt"

    def fetch(path):
        return subprocess.run(["curl", "-sS", "-i", "--cacert", authority, f"https://localhost{path}"],
                              capture_output=True, text=True, timeout=30, check=False).stdout

    wait_until(lambda: fetch("/healthz").startswith("HTTP/2 200"),
               "it has a certificate and passes requests on")
    check(re.search(r'src="/[^"]+\.js"', fetch("/")), "the page")
    check(fetch("/api/v1/activity").startswith("HTTP/2 401"), "nobody gets answers without a sign-in")
    caddy.terminate()
    daemon.terminate()
    check(daemon.wait(timeout=60) == 0, "the daemon ends well")
    caddy.wait(timeout=60)
    step("All was seen to work.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("package", nargs="?", help="the .deb (default: that of build/package)")
    parser.add_argument("--inside", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        directory, user, command = options.inside
        return inside(pathlib.Path(directory), user, shlex.split(command))
    built = sorted((ROOT / "build/package").glob("fortnight_*.deb"))
    package = pathlib.Path(options.package) if options.package else built[-1]
    base = ROOT / "build/package/bookworm"
    base.parent.mkdir(parents=True, exist_ok=True)
    step("A bare Debian 12 without systemd")
    bare_debian(base)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fortnight-image-", dir=base.parent))
    directory.chmod(0o755)
    try:
        root = directory / "root"
        run("cp", "-a", "--reflink=auto", base.resolve(), root)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        in_root(root, "dpkg --purge --force-depends libpam-systemd libnss-systemd systemd-sysv systemd")
        user, command = build(root, package)
        run("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
            sys.executable, "-B", __file__, "--inside", directory, user, shlex.join(command))
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
