#!/usr/bin/env python3
"""Builds packaging/Containerfile with a container engine, and starts packaging/container/compose.yaml.

    scripts/package && scripts/install-dependencies --package-tests
    apt-get install docker.io docker-compose      # or another Docker with compose
    sudo python3 -B tests/package/compose.py build/package/fortnight_*.deb

It needs the ports 80 and 443 of this host, and writes a log of its own into /var/log. Without a registry,
it makes the base images with debootstrap, under the names of the official ones, and removes them."""

import argparse
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile
import time

from bare_debian import MIRROR, ROOT, check, run, step, wait_until

PROJECT = "fortnight-test"
DEBIAN, CADDY, IMAGE = "docker.io/library/debian:bookworm-slim", "docker.io/library/caddy:2", "fortnight"
LOG = pathlib.Path("/var/log/fortnight-compose-test")
LINE = '192.0.2.7 - - [%s] "GET /shop/%d HTTP/1.1" 200 512 "-" "curl/7.88.1"\n'
COOKIE = "__Host-fortnight"
PASSWORD = "correct horse battery"
# Debian's Caddy in the places of the official image.
CADDY_RECIPE = f"""FROM {DEBIAN}
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates caddy libcap2-bin \\
 && setcap cap_net_bind_service=+ep /usr/bin/caddy && mkdir -p /data /config /srv
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
WORKDIR /srv
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
"""


def call(*words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=3600,
                          check=False, **more)


def output(*words, **more):
    done = call(*words, **more)
    if done.returncode != 0:
        raise SystemExit(f"FAILED: {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def base_images(directory):
    """Pulls the base images, or makes them. Returns those that were made."""
    made = []
    if call("docker", "image", "inspect", DEBIAN).returncode != 0 and call("docker", "pull",
                                                                          DEBIAN).returncode != 0:
        print("   no registry: the base images are made", flush=True)
        base = ROOT / "build/package/bookworm-slim"
        if not (base / "etc/debian_version").exists():
            run("debootstrap", "--variant=minbase", "bookworm", base, MIRROR)
        archive = subprocess.Popen(["tar", "-C", base, "--numeric-owner", "-c", "."], stdout=subprocess.PIPE)
        run("docker", "import", "-", DEBIAN, stdin=archive.stdout, stdout=subprocess.DEVNULL)
        archive.wait()
        made.append(DEBIAN)
    if call("docker", "image", "inspect", CADDY).returncode != 0 and call("docker", "pull",
                                                                         CADDY).returncode != 0:
        (directory / "caddy").mkdir()
        (directory / "caddy/Dockerfile").write_text(CADDY_RECIPE)
        output("docker", "build", "-t", CADDY, directory / "caddy")
        made.append(CADDY)
    return made


class Browser:
    """Reaches the page as a person does: over HTTPS, through Caddy, with the session's cookie."""

    def __init__(self):
        self.cookie = None

    def send(self, method, path, body=None):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("localhost", 443, timeout=30, context=context)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.cookie:
            headers["Cookie"] = f"{COOKIE}={self.cookie}"
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = cookie.split(";")[0].split("=", 1)[1]
        connection.close()
        return answer.status, text

    def status(self, path):
        try:
            return self.send("GET", path)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def step(self, path, **body):
        status, text = self.send("POST", "/api/v1/session" + path, body)
        check(status == 200, f"sign-in{path}: {status}")
        return json.loads(text)

    def sign_in(self, name, one_time):
        self.step("", name=name, password=one_time)
        self.step("/password", password=PASSWORD)
        secret = self.step("/enrolment")["secret"]
        digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30),
                          hashlib.sha1).digest()
        at = digest[-1] & 15
        code = (struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000
        check(self.step("/confirmation", code=f"{code:06}")["state"] == "signed-in", "jo has signed in")


class Services:
    """The compose file's, of a copy of the tree."""

    def __init__(self, tree):
        self.file = tree / "packaging/container/compose.yaml"
        self.config = tree / "packaging/container/fortnight/fortnight.yaml"
        plugin = call("docker", "compose", "version").returncode == 0
        self.words = [*(["docker", "compose"] if plugin else ["docker-compose"]), "-p", PROJECT,
                      "-f", str(self.file)]
        self.environment = {**os.environ, "FORTNIGHT_HOST": "localhost"}

    def compose(self, *words):
        return output(*self.words, *words, env=self.environment)

    def call(self, *words):
        return call(*self.words, "exec", "-T", *words, env=self.environment)

    def client(self, *words):
        done = self.call("fortnight", "fortnight", *words)
        if done.returncode != 0:
            raise SystemExit(f"FAILED: fortnight {' '.join(words)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def count(self):
        done = self.call("fortnight", "fortnight", "activity", "date=all", "--summary", "--json")
        found = re.search(r'"summary":\{"calls":(\d+)', done.stdout)
        return int(found[1]) if found else -1

    def container(self, service):
        return self.compose("ps", "-q", service).strip()

    def state(self, service, format_):
        return output("docker", "inspect", "-f", format_, self.container(service)).strip()


def add_lines(first, number):
    now = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
    with open(LOG / "access.log", "a") as log:
        log.writelines(LINE % (now, i) for i in range(first, first + number))


def replace(path, text):
    """As editors and sed -i do: another file of the same name."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.rename(path)


def ended_well(services, what):
    for service in ("fortnight", "caddy"):
        code = services.state(service, "{{.State.ExitCode}}")
        check(code == "0", f"{what}: {service} ended well ({code})")
    log = services.compose("logs", "--no-color", "fortnight")
    last = [line for line in log.splitlines() if '"msg"' in line or "stopped" in line]
    check("stopped" in last[-1], f"{what}: the daemon closed its store")


def test(services, browser):
    step("docker compose up")
    services.compose("up", "-d", "--build")
    wait_until(lambda: services.call("fortnight", "fortnight", "ping").returncode == 0, "the daemon answers")
    wait_until(lambda: browser.status("/healthz") == 200, "so does the page, over HTTPS through Caddy")
    page = browser.send("GET", "/")[1]
    script = re.search(r'src="(/[^"]+\.js)"', page)
    check(script and browser.status(script[1]) == 200, "with its script")
    check(browser.status("/api/v1/activity") == 401, "nobody gets answers without a sign-in")

    step("The containers")
    for service in ("fortnight", "caddy"):
        touched = services.call(service, "touch", "/etc/x")
        check(touched.returncode != 0 and "Read-only" in touched.stderr, f"{service}: a read-only root")
    status = services.call("fortnight", "cat", "/proc/1/status").stdout
    check(re.search(r"^Uid:\s+14000\s", status, re.M), "the daemon isn't root")
    check(re.search(r"^CapBnd:\s+0+$", status, re.M), "and has no capabilities")

    step("A person, and a log of the host")
    added = services.client("user", "add", "jo", "--rights", "counts,calls,bodies")
    one_time = re.search(r'"password":"([^"]+)"', added)
    check(one_time, "fortnight user add gives a one-time password")
    browser.sign_in("jo", one_time[1])
    config = services.config.read_text()
    edited = re.sub(r"(?m)^#(- tail: \{paths: \[)[^\]]*", rf"\1/var/log/host/{LOG.name}/access.log", config)
    check(edited != config, "one edit of the configuration names the log")
    replace(services.config, edited)
    services.client("reload")
    wait_until(lambda: services.count() == 50, "all lines of the host's log are in answers")
    status, text = browser.send("GET", "/api/v1/logs?endpoint=/shop/*&limit=1")
    check(status == 200 and "/shop/" in text, "and a call is on the page")

    step("docker compose restart")
    services.compose("restart")
    add_lines(50, 10)
    wait_until(lambda: services.count() == 60, "the daemon goes on with the log, each line once")
    wait_until(lambda: browser.status("/healthz") == 200, "and Caddy reaches it")

    step("docker compose restart fortnight")
    services.compose("restart", "fortnight")
    wait_until(lambda: browser.status("/healthz") == 200, "Caddy reaches the new process")

    step("A crash")
    os.kill(int(services.state("fortnight", "{{.State.Pid}}")), 9)
    add_lines(60, 10)
    wait_until(lambda: services.count() == 70, "the engine starts the daemon again, and no line is lost")
    wait_until(lambda: browser.status("/healthz") == 200, "Caddy reaches it")

    step("docker compose stop")
    begin = time.monotonic()
    services.compose("stop")
    check(time.monotonic() - begin < 30, f"it takes {time.monotonic() - begin:.1f} s")
    ended_well(services, "stop")
    services.compose("start")
    wait_until(lambda: services.count() == 70, "after a start, the calls are there")

    step("docker compose down, and up again")
    services.compose("down")
    services.compose("up", "-d")
    wait_until(lambda: services.count() == 70, "the volume has kept the calls")
    wait_until(lambda: browser.status("/healthz") == 200, "Caddy reaches it")
    # A restart ends sessions.
    known = Browser().step("", name="jo", password=PASSWORD)
    check(known["state"] == "factor", "and jo, with password and app")
    verified = services.call("fortnight", "fortnight-segment", "verify", "/var/lib/fortnight")
    check(verified.returncode == 0, "the data is whole: " + verified.stdout[-200:] + verified.stderr)
    step("All was seen to work.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("package", nargs="?", help="the .deb (default: that of build/package)")
    parser.add_argument("--keep", action="store_true", help="keep images, containers and volumes")
    options = parser.parse_args()
    built = sorted((ROOT / "build/package").glob("fortnight_*.deb"))
    package = pathlib.Path(options.package) if options.package else built[-1]
    directory = pathlib.Path(tempfile.mkdtemp(prefix="fortnight-compose-"))
    made = []
    services = None
    try:
        step("The base images")
        made = base_images(directory)
        tree = directory / "tree"
        shutil.copytree(ROOT / "packaging", tree / "packaging")
        shutil.copy(ROOT / ".dockerignore", tree)
        (tree / "build/package").mkdir(parents=True)
        shutil.copy(package, tree / "build/package")
        LOG.mkdir(mode=0o750)
        os.chown(LOG, 0, 4)  # adm
        add_lines(0, 50)
        (LOG / "access.log").chmod(0o640)
        os.chown(LOG / "access.log", 0, 4)
        services = Services(tree)
        test(services, Browser())
    finally:
        if services and not options.keep:
            call(*services.words, "down", "--volumes", env=services.environment)
            call("docker", "image", "rm", IMAGE, *reversed(made))
        shutil.rmtree(LOG, ignore_errors=True)
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
