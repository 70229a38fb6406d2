"""fortnight import: the configuration of another log shipper becomes sources that the daemon takes."""

import json
import pathlib
import re
import subprocess
import unittest

from daemon import BINARIES, FORTNIGHTD, PATIENCE, TestCase, wait_for_calls

NOW = "2026-11-20T12:00:00Z"
CADDY = ('{"level":"info","ts":1795000000.5,"logger":"http.log.access","msg":"handled request",'
         '"request":{"method":"GET","host":"shop","uri":"/api/orders/%d","headers":{}},'
         '"duration":0.012,"size":12,"status":200,"resp_headers":{}}\n')
OWN = ('{"at":"2026-11-20T11:00:%02dZ","verb":"GET","target":"/api/orders/%d","outcome":{"code":200},'
       '"took":0.012,"rid":"5f2b4c1e-8630-4610-9756-fd08c2d2%04d"}\n')


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=120 * PATIENCE, check=False)


class ImportTest(TestCase):
    def setUp(self):
        super().setUp()
        self.logs = self.directory / "logs"
        self.logs.mkdir()
        (self.logs / "caddy.json").write_text("".join(CADDY % i for i in range(50)))
        (self.logs / "own.json").write_text("".join(OWN % (i, i, i) for i in range(50)))
        (self.logs / "text.log").write_text("Hello\nWorld\n")

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text.replace("LOGS", str(self.logs)))
        return path

    def test_vector(self):
        shipped = self.write("vector.toml", """
[sources.web]
type = "file"
include = ["LOGS/caddy*.json"]
[sources.shop]
type = "file"
include = ["LOGS/own.json"]
read_from = "beginning"
[sources.future]
type = "file"
include = ["LOGS/traefik/*.json"]
[sources.text]
type = "file"
include = ["LOGS/text.log", "LOGS/${NAME}.log"]
[sources.metrics]
type = "host_metrics"
""")
        done = run(BINARIES / "fortnight", "import", shipped)
        self.assertEqual((done.returncode, done.stderr), (1, ""), "one format can't be told")
        self.assertIn(f'- tail: {{name: "web", paths: ["{self.logs}/caddy*.json"], format: caddy}}',
                      done.stdout)
        self.assertRegex(done.stdout, r"(?m)^  - tail: \{name: \"future\".*format: traefik\}$")
        self.assertRegex(done.stdout, r"(?m)^  # - tail: \{name: \"text\".*format: FORMAT\}$")
        self.assertIn("not taken over: sources.metrics: type host_metrics", done.stdout)
        self.assertIn("${NAME}", done.stdout)
        self.assertEqual(done.stdout, run(BINARIES / "fortnight-format", "import", shipped).stdout)
        # The daemon takes it as it is.
        daemon = self.daemon(done.stdout, NOW).start()
        wait_for_calls(daemon, "date=all", 100)
        sources = {source["name"]: source for source in daemon.ask("STATUS").rows[0]["sources"]}
        self.assertEqual({name: source["calls"] for name, source in sources.items()},
                         {"web": 50, "shop": 50, "future": 0})
        self.assertEqual(sources["shop"]["without"], {"method": 0, "path": 0, "status": 0})

    def test_promtail_and_filebeat(self):
        promtail = self.write("promtail.yaml", """
scrape_configs:
  - job_name: web
    static_configs: [{labels: {job: web, __path__: "LOGS/caddy*.json"}}]
""")
        filebeat = self.write("filebeat.yml", """
filebeat.inputs:
  - {type: filestream, id: web, paths: ["LOGS/caddy*.json"], tail_files: true}
""")
        for shipped, end in ((promtail, ""), (filebeat, ", from: end")):
            done = run(BINARIES / "fortnight", "import", shipped)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(f'- tail: {{name: "web", paths: ["{self.logs}/caddy*.json"], format: caddy{end}}}',
                          done.stdout)
            config = self.write("proposed.yaml", done.stdout)
            checked = run(FORTNIGHTD, "--check-config", "--config", config,
                          "--data-dir", self.directory / "data")
            self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_modules_beside_filebeats_file(self):
        (self.directory / "modules.d").mkdir()
        self.write("modules.d/nginx.yml", """
- module: nginx
  access: {enabled: true, var.paths: ["LOGS/caddy*.json"]}
- module: apache
  access: {enabled: true, var.paths: ["LOGS/none/access.log"]}
  error: {enabled: true}
""")
        filebeat = self.write("filebeat.yml", """
filebeat.config.modules: {path: "${path.config}/modules.d/*.yml", reload.enabled: false}
""")
        done = run(BINARIES / "fortnight", "import", filebeat)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        # The lines say more than the module does.
        self.assertIn(f'- tail: {{name: "nginx", paths: ["{self.logs}/caddy*.json"], format: caddy}}',
                      done.stdout)
        self.assertIn(f'- tail: {{name: "apache", paths: ["{self.logs}/none/access.log"], format: combined}}',
                      done.stdout)
        self.assertIn("modules.d/nginx.yml", done.stdout)
        config = self.write("proposed.yaml", done.stdout)
        checked = run(FORTNIGHTD, "--check-config", "--config", config,
                      "--data-dir", self.directory / "data")
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_scripts_get_json(self):
        shipped = self.write("promtail.yaml", """
scrape_configs:
  - job_name: a
    static_configs: [{labels: {__path__: "LOGS/own.json"}}]
  - job_name: a
    static_configs: [{labels: {__path__: "LOGS/none.json"}}]
  - job_name: b
    syslog: {}
""")
        done = run(BINARIES / "fortnight", "import", "--json", shipped)
        self.assertEqual(done.returncode, 1)
        found = json.loads(done.stdout)
        self.assertEqual(found["shipper"], "Promtail")
        told = [(source["name"], source["format"], source["told_by"]) for source in found["sources"]]
        self.assertEqual(told, [("a", "own", "lines"), ("a-2", None, None)])
        self.assertEqual(found["not_taken_over"], ["scrape_configs b: syslog"])
        self.assertIn("target", found["configuration"])

    def test_wrong_files(self):
        done = run(BINARIES / "fortnight", "import", self.directory / "none.yaml")
        self.assertEqual((done.returncode, "can't read" in done.stderr), (3, True))
        own = self.write("fortnight.yaml", "sources: []\n")
        done = run(BINARIES / "fortnight", "import", own)
        self.assertEqual((done.returncode, "no configuration of Promtail" in done.stderr), (2, True))
        done = run(BINARIES / "fortnight", "import")
        self.assertEqual((done.returncode, "FILE is required" in done.stderr), (2, True))

    def test_texts_of_the_file_cannot_leave_their_place(self):
        shipped = self.write("promtail.yaml", r"""
scrape_configs:
  - job_name: "a\n  - tcp: {listen: '0.0.0.0:1'}\x1b[2J"
    static_configs:
      - labels: {__path__: "LOGS/caddy.json\"]}\nquery: {}"}
      - labels: {__path__: "LOGS/caddy.json"}
""")
        done = run(BINARIES / "fortnight", "import", shipped)
        self.assertNotIn("\x1b", done.stdout)
        for line in done.stdout.splitlines():
            self.assertTrue(re.match(r"sources:$|# |  # |  - tail: \{name: \"", line), line)
        config = self.write("proposed.yaml", done.stdout)
        checked = run(FORTNIGHTD, "--check-config", "--config", config, "--data-dir", self.directory / "data")
        self.assertEqual(checked.returncode, 0, checked.stderr)


if __name__ == "__main__":
    unittest.main()
