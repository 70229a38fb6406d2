"""Open bugs of other tailers, from their bug reports, and rotations like those of logrotate and cron."""

import collections
import os
import shutil

from bench_log import Log, Writer

Case = collections.namedtuple("Case", "name run")
CASES = []


def case(name):
    def add(run):
        CASES.append(Case(name, run))
        return run

    return add


def run_case(one, directory, seed):
    log = Log(directory, seed)
    try:
        one.run(log)
        return log.result()
    finally:
        log.end()


@case("Vector 23076: rolled to a dated name, inode used again")
def rolled_to_a_dated_name(log):
    log.start("access.log")
    writer = Writer(log, log.path("access.log"))
    for minute in range(6):
        writer.write()
        log.pause()
        rolled = log.path(f"access_20261129_{1000 + minute}.log")
        log.path("access.log").rename(rolled)
        writer.write(5)
        if minute % 2:
            log.wait()
            log.compress(rolled)
        writer.reopen()
        writer.write(5)
        log.pause()


@case("Vector 25079: a gzip file that grows after it was read")
def gzip_that_grows(log):
    log.start("app.log*")
    packed = log.path("app.log.1.gz")
    for _ in range(4):
        piece = log.path("piece")
        Writer(log, piece).write(100)
        with open(packed, "ab") as out:
            out.write(log.compress(piece).read_bytes())
        log.path("piece.gz").unlink()
        log.wait()
        log.restart()


@case("Filebeat 45300: copied, gzipped and truncated while stopped")
def copied_while_stopped(log):
    log.start("app.log*")
    writer = Writer(log, log.path("app.log"))
    for _ in range(3):
        writer.write(50)
        log.wait()
        log.stop_somehow()
        writer.write(50)
        log.copy_aside("app.log")
        log.compress(log.path("app.log.1"))
        log.truncate("app.log")
        writer.write(10)
        log.start()


@case("Filebeat 39731: copytruncate, the copies are matched too")
def copytruncate(log):
    log.start("app.log*")
    writer = Writer(log, log.path("app.log"))
    for _ in range(5):
        writer.write(50)
        log.wait()
        log.copy_aside("app.log")
        log.pause()
        log.truncate("app.log")
        log.pause()
        writer.write(5)


@case("Alloy 3193: plain and compressed files are read together")
def plain_and_compressed(log):
    log.start("app.log*")
    writer = Writer(log, log.path("app.log"))
    for _ in range(5):
        writer.write(50)
        log.pause()
        log.rename_aside("app.log")
        writer.write(5)
        writer.reopen()
        writer.write(5)
        log.pause()
        for old in list(log.files.glob("app.log.2")):
            log.compress(old)
        if log.random.random() < 0.5:
            log.restart()


@case("Promtail 14462: rotated twice while the first is still read")
def rotated_twice(log):
    log.start("app.log")
    writer = Writer(log, log.path("app.log"))
    for _ in range(3):
        for _ in range(2):
            writer.write(3000)
            log.rename_aside("app.log")
            writer.reopen()
        writer.write(10)
        log.pause()


@case("Fluent Bit 9580: overwritten by `echo > file` every ten lines")
def overwritten(log):
    log.start("app.log")
    path = log.path("app.log")
    for _ in range(8):
        Writer(log, path).write(1)
        for _ in range(9):
            Writer(log, path).write(1)
            log.pause(0.02)
        log.wait()  # bytes that are overwritten before they can be read don't count as lost
        os.truncate(path, 0)


@case("Fluent Bit 8025: written to long after the rotation, then removed")
def written_after_rotation(log):
    log.start("app.log")
    writer = Writer(log, log.path("app.log"))
    for _ in range(2):
        writer.write()
        log.wait()
        rotated = log.rotate("app.log")
        log.path("app.log").rename(rotated)
        fresh = Writer(log, log.path("app.log"))
        for _ in range(6):
            writer.write(3)
            fresh.write(1)
            log.pause(1.0)
        writer.write(2000)
        rotated.unlink()
        writer = fresh


@case("logrotate create, compress without delaycompress")
def compressed_at_once(log):
    log.start("app.log")
    too_early(log)


@case("the same, the pattern matches both")
def compressed_at_once_matched(log):
    log.start("app.log*")
    too_early(log)


def too_early(log):
    writer = Writer(log, log.path("app.log"))
    for _ in range(4):
        writer.write(200)
        log.pause()
        log.rename_aside("app.log")
        log.path("app.log").touch()
        log.compress(log.path("app.log.1"))
        log.pause(0.5)
        writer.write(5)
        log.pause(1.5)
        writer.reopen()


@case("cp app.log app.log.1 && : > app.log, from cron")
def cp_and_truncate(log):
    log.start("app.log")
    writer = Writer(log, log.path("app.log"))
    for _ in range(5):
        writer.write(40)
        log.wait()
        shutil.copyfile(log.path("app.log"), log.path("app.log.1"))
        log.truncate("app.log")
        log.pause(1.2)


@case("a writer without O_APPEND leaves holes at copytruncate")
def holes(log):
    log.start("app.log")
    writer = Writer(log, log.path("app.log"), append=False)
    for _ in range(5):
        writer.write(400)
        log.wait()
        log.copy_aside("app.log")
        log.truncate("app.log")
        log.pause(1.2)


@case("a symbolic link is retargeted to another folder while stopped")
def retargeted(log):
    for folder in ("one", "two"):
        (log.files / folder).mkdir()
    link = log.path("app.log")
    link.symlink_to(log.files / "one/app.log")
    writer = Writer(log, log.files / "one/app.log")
    log.start("app.log")
    for folder in ("two", "one"):
        writer.write()
        log.wait()
        log.stop_somehow()
        writer.write()
        link.unlink()
        link.symlink_to(log.files / folder / f"app{log.written}.log")
        writer = Writer(log, log.files / folder / f"app{log.written}.log")
        writer.write()
        log.start()
        log.wait()


@case("400 rotated and gzipped files, and a restart")
def many_rotated(log):
    log.start("app.log*")
    writer = Writer(log, log.path("app.log"))
    for number in range(400):
        writer.write(1)
        log.path("app.log").rename(log.path(f"app.log.{number}"))
        writer.reopen()
        if number % 20 == 0:
            log.pause(0.1)
        log.compress(log.path(f"app.log.{number}"))
    log.wait()
    log.restart()


@case("the first file appears and is rotated away while stopped")
def first_file(log):
    log.start("app.log")
    log.stop_somehow()
    writer = Writer(log, log.path("app.log"))
    for _ in range(3):
        writer.write()
        log.rename_aside("app.log")
        writer.reopen()
    writer.write()
    log.compress(log.path("app.log.2"))
    log.start()
