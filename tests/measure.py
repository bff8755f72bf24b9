#!/usr/bin/env python3
"""Measures what grading costs, both sides in one run: python3 tests/measure.py [RUNS]

User and system CPU seconds of the command and all that it waited for; medians of RUNS (default 7). Works in a copy of
the last commit, with a target directory of its own, so it starts from nothing and touches nobody's work.
"""
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIB = "labs/00-hello/src/lib.rs"


def cost(command):
    """CPU seconds and wall seconds of a command; its output is thrown away."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=COURSE, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - start


def edit(number):
    """A change of what the program does, not of a comment: that would leave the program's bytes as they are."""
    path = os.path.join(COURSE, LIB)
    with open(path) as file:
        text = file.read()
    changed = re.sub(r"\[0; 8192[ +0-9]*\]", f"[0; 8192 + {number}]", text)
    if changed == text:
        sys.exit(f"{LIB} has no buffer of 8192 bytes to change")
    with open(path, "w") as file:
        file.write(changed)


def median(samples):
    return statistics.median(samples)


def row(what, figure, budget):
    print(f"{what:<66} {figure:<28} {budget}", flush=True)


with tempfile.TemporaryDirectory() as home:
    COURSE = os.path.join(home, "course")
    ENV = {**os.environ, "CARGO_TARGET_DIR": os.path.join(home, "target"), "CARGO_NET_OFFLINE": "true"}
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", COURSE], check=True)
    # hello as somebody has written it who is done.
    shutil.copy(os.path.join(COURSE, "solutions/00-hello/src/lib.rs"), os.path.join(COURSE, LIB))

    row("what (CPU seconds unless said)", "measured", "must / aim")
    first, wall = cost(["cargo", "xtask", "grade", "hello"])
    row("fresh checkout to the first verdict on hello", f"{first:.1f} ({wall:.1f} wall)", "75 / 45")

    grade, build, again = [], [], []
    for n in range(RUNS + 1):
        edit(2 * n + 1)
        g = cost(["cargo", "xtask", "grade", "hello"])[0]
        edit(2 * n + 2)
        b = cost(["cargo", "build", "--quiet", "-p", "lab-hello"])[0]
        cost(["cargo", "xtask", "grade", "hello"])
        unchanged = cost(["cargo", "xtask", "grade", "hello"])[0]
        anew = cost(["cargo", "xtask", "grade", "hello", "--again"])[0]
        if n > 0:  # the first round warms up
            grade.append(g - (anew - unchanged))
            build.append(b)
            again.append(anew - unchanged)
    own, plain = median(grade), median(build)
    row(
        "the runner's own cost of an edit, against cargo build of the lab",
        f"{own:.2f} against {plain:.2f}",
        f"{1.5 * plain + 0.15:.2f} / {1.2 * plain + 0.1:.2f}",
    )
    row("the tests and graded programs of hello", f"{median(again):.2f}", "1.5 / 0.7")

    cost(["cargo", "xtask", "grade", "--fail-under", "0"])
    samples = [cost(["cargo", "xtask", "grade", "--fail-under", "0"])[0] for _ in range(RUNS)]
    row("everything graded, nothing changed", f"{median(samples):.2f}", "1 / 0.4")

    cost(["cargo", "xtask", "grade", "--solutions"])
    samples = [cost(["cargo", "xtask", "grade", "--solutions", "--again"]) for _ in range(3)]
    cpu, wall = median([s[0] for s in samples]), median([s[1] for s in samples])
    row("all hidden tests against the solutions, built", f"{wall:.1f} s wall ({cpu:.1f} CPU)", "30 / 10 s wall")
