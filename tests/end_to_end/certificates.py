"""Certificates for tests, made by the openssl program: ECDSA over P-256."""

import dataclasses
import pathlib
import subprocess

CONFIGURATION = """
[ca]
default_ca = here
[here]
database = {directory}/index
new_certs_dir = {directory}
rand_serial = yes
default_md = sha256
unique_subject = no
policy = any
[any]
commonName = optional
"""
KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(*words):
    ran = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
    if ran.returncode != 0:
        raise AssertionError(f"openssl {words}: {ran.stderr}")
    return ran.stdout


@dataclasses.dataclass
class Pair:
    certificate: pathlib.Path
    key: pathlib.Path


class Authority:
    """An authority with its files in a directory."""

    def __init__(self, directory, name="authority"):
        self.directory = pathlib.Path(directory) / name
        self.directory.mkdir(parents=True)
        self.file = self.directory / "ca.pem"
        self.key = self.directory / "ca.key"
        self.configuration = self.directory / "ca.cnf"
        self.configuration.write_text(CONFIGURATION.format(directory=self.directory))
        (self.directory / "index").touch()
        openssl("req", "-x509", *KEY, "-subj", f"/CN={name}", "-days", 30,
                "-keyout", self.key, "-out", self.file)

    def pair(self, name, san, expired=False):
        """A certificate with its key; `san` is as OpenSSL writes it: DNS:localhost,IP:127.0.0.1."""
        made = Pair(self.directory / f"{name}.pem", self.directory / f"{name}.key")
        request = self.directory / f"{name}.csr"
        extensions = self.directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName = {san}\n" if san else "basicConstraints = CA:FALSE\n")
        openssl("req", "-new", *KEY, "-subj", f"/CN={name}", "-keyout", made.key, "-out", request)
        dates = (["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"] if expired
                 else ["-days", 20])
        openssl("ca", "-batch", "-notext", "-config", self.configuration, "-cert", self.file,
                "-keyfile", self.key, "-in", request, "-out", made.certificate, "-extfile", extensions,
                *dates)
        return made

    def server(self, name="server", expired=False):
        return self.pair(name, "DNS:localhost,IP:127.0.0.1", expired)
