"""Real producers, configured as their pages say. Each answers 200 below /api/items/, 404 below /api/missing/
and 500 below /api/broken/."""

import pathlib
import subprocess

from pages import Page
from web_servers import WebServer

PACKAGES = pathlib.Path(__file__).parent / "producers"
# Debian's, which has the packages of the pages.
PYTHON = "/usr/bin/python3"


def node_modules():
    """Installs the packages of package-lock.json, unless they are installed."""
    installed = PACKAGES / "node_modules/.installed-lock.json"
    lock = (PACKAGES / "package-lock.json").read_text()
    if not installed.exists() or installed.read_text() != lock:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PACKAGES, check=True)
        installed.write_text(lock)
    return PACKAGES / "node_modules"


class Producer(WebServer):
    """`intake_port` is that of the daemon, for producers that send their lines."""

    page_name = ""
    documented_log = "/var/log/shop/access.json"
    items_endpoint = "/api/items/{id}"
    has_duration = True

    def __init__(self, directory, intake_port=None):
        self.intake_port = intake_port
        self.page = Page(self.page_name)
        super().__init__(directory)

    @classmethod
    def source(cls, log):
        """The page's configuration for Fortnight."""
        text = Page(cls.page_name).section("Fortnight's configuration")
        return text.replace(cls.documented_log, str(log)).replace("127.0.0.1:14001", "127.0.0.1:0")

    def documented(self, language):
        return self.page.block(language).replace(self.documented_log, str(self.log))

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return str(path)


class Nginx(Producer):
    page_name = "nginx"
    documented_log = "/var/log/nginx/access.json"

    def command(self):
        temporary = "".join(
            f"{kind}_temp_path {self.directory}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = self.write("nginx.conf", f"""
            daemon off; pid {self.directory}/pid; worker_processes 1; user root;
            events {{}}
            http {{
              {temporary} {self.documented("nginx")}
              server {{
                listen 127.0.0.1:{self.port};
                location /api/missing/ {{ return 404; }}
                location /api/broken/ {{ return 500; }}
                location / {{ return 200 "ok"; }}
              }}
            }}
        """)
        errors = str(self.directory / "error.log")
        return ["/usr/sbin/nginx", "-c", config, "-p", str(self.directory), "-e", errors]


class Caddy(Producer):
    page_name = "caddy"
    documented_log = "/var/log/caddy/access.json"

    def command(self):
        config = self.write("Caddyfile", f"""
            {{
              admin off
              auto_https off
            }}
            http://127.0.0.1:{self.port} {{
              {self.documented("caddyfile")}
              respond /api/missing/* 404
              respond /api/broken/* 500
              respond ok
            }}
        """)
        return ["caddy", "run", "--config", config, "--adapter", "caddyfile"]


class Apache(Producer):
    page_name = "apache"
    documented_log = "/var/log/apache2/access.json"
    modules = {"mpm_event": "mpm_event", "alias": "alias", "authz_core": "authz_core"}

    def more(self):
        return ""

    def command(self):
        answer = self.write("answer", "ok")
        loads = "\n".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{file}.so"
            for name, file in self.modules.items()
        )
        config = self.write("httpd.conf", f"""
{loads}
ServerName 127.0.0.1
ServerRoot {self.directory}
Listen 127.0.0.1:{self.port}
PidFile {self.directory}/pid
ErrorLog {self.directory}/error.log
DocumentRoot {self.directory}
<Directory "{self.directory}">
  Require all granted
</Directory>
Redirect 404 /api/missing/
Redirect 500 /api/broken/
AliasMatch ^/api/items/ {answer}
{self.log_configuration()}
""")
        return ["/usr/sbin/apache2", "-DFOREGROUND", "-f", config]

    def log_configuration(self):
        return self.documented("apache")


class ModSecurity(Apache):
    page_name = "modsecurity"
    documented_log = "/var/log/modsecurity/audit.json"
    has_duration = False
    modules = {**Apache.modules, "unique_id": "unique_id", "security2": "security2"}

    def log_configuration(self):
        return f"SecRuleEngine On\nSecDataDir {self.directory}\n" + self.documented("apache")


class HAProxy(Producer):
    page_name = "haproxy"

    def command(self):
        frontend, ring = self.page.block("haproxy"), self.page.blocks[1][1]
        log, ring = ring.split("\n", 1)
        ring = ring.replace("127.0.0.1:14001", f"127.0.0.1:{self.intake_port}")
        config = self.write("haproxy.cfg", f"""
global
  {log}
{ring}
defaults
  mode http
  log global
  timeout connect 5s
  timeout client 5s
  timeout server 5s

frontend api
  bind 127.0.0.1:{self.port}
{frontend}
  http-request return status 404 if {{ path_beg /api/missing/ }}
  http-request return status 500 if {{ path_beg /api/broken/ }}
  http-request return status 200
""")
        return ["/usr/sbin/haproxy", "-db", "-f", config]


class Node(Producer):
    def command(self):
        script = self.write("server.cjs", self.documented("js") + f"""
app.get("/api/items/:item", (req, res) => res.send("ok"));
app.get("/api/broken/:item", (req, res) => res.status(500).send("broken"));
app.listen({self.port}, "127.0.0.1");
""")
        modules = node_modules()
        (self.directory / "node_modules").symlink_to(modules)
        return ["node", script]


class Pino(Node):
    page_name = "pino"


class Winston(Node):
    page_name = "winston"


class Morgan(Node):
    page_name = "morgan"


class FastApi(Producer):
    page_name = "structlog"
    items_endpoint = "/api/items/{item}"

    def command(self):
        self.write("server.py", self.documented("python") + """

from fastapi import Response


@app.get("/api/items/{item}")
def item():
    return "ok"


@app.get("/api/broken/{item}")
def broken():
    return Response(status_code=500)
""")
        self.log.touch()
        return [PYTHON, "-m", "uvicorn", "server:app", "--app-dir", str(self.directory),
                "--port", str(self.port), "--log-level", "warning"]


class Django(Producer):
    page_name = "django"
    items_endpoint = "/api/items/<int:item>"

    def command(self):
        shop = self.directory / "shop"
        shop.mkdir()
        self.write("shop/__init__.py", "")
        module, setting = [text for language, text in self.page.blocks if language == "python"]
        self.write("shop/request_log.py", module.replace(self.documented_log, str(self.log)))
        self.write("shop/settings.py", f"""
SECRET_KEY = "for tests"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = []
{setting}""")
        self.write("shop/urls.py", """
from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("api/items/<int:item>", lambda request, item: HttpResponse("ok")),
    path("api/broken/<int:item>", lambda request, item: HttpResponse("broken", status=500)),
]
""")
        server = self.write("serve.py", f"""
import os
from wsgiref.simple_server import make_server
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
from django.core.wsgi import get_wsgi_application
make_server("127.0.0.1", {self.port}, get_wsgi_application()).serve_forever()
""")
        return [PYTHON, "-B", server]


PRODUCERS = [Nginx, Caddy, Apache, ModSecurity, HAProxy, Pino, Winston, Morgan, FastApi, Django]
