#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the loads of the runtime on this library and on its peers, and compares.

The systems take turns run by run, so that whatever else the machine does falls on all of them. A
peer that the machine lacks is left out with a line that says so. Each figure is the median of the
rounds, with the least and the greatest.

usage: run.py PROGRAM BUILD_DIR [--suite cluster --bare BENCH_SOCKET --crowd BENCH_CROWD] [--full]
              [--rounds N] [--loads a,b] [--systems a,b]
"""
import argparse
import atexit
import functools
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RUN_SECONDS = 120
OURS = "this"
BARE = "bare socket"

# name, what is counted, size of a short run, size of a full run, figure to reach, less is better
RUNTIME_LOADS = [
    ("ping-pong", "round trips/s", 200_000, 2_000_000, 10e6, False),
    ("one-to-one", "messages/s", 500_000, 5_000_000, 20e6, False),
    ("four-to-one", "messages/s", 500_000, 5_000_000, 15e6, False),
    ("ring", "hops/s", 500_000, 5_000_000, 20e6, False),
    ("spawn-stop", "actors/s", 50_000, 500_000, 3e6, False),
    ("call", "calls/s", 200_000, 2_000_000, 6e6, False),
    ("skynet", "ms", 100_000, 100_000, 40, True),
    ("memory", "bytes/actor", 200_000, 200_000, 400, True),
]
RATIO_GOAL = 3

# The same between two processes. The first two run on one core each, the third on one core for both:
# where the kernel puts two threads that talk decides more than their code.
CLUSTER_LOADS = [
    ("remote-call-p50", "us, a core for each process", 20_000, 200_000, None, True),
    ("remote-call-p99", "us, a core for each process", 20_000, 200_000, None, True),
    ("remote-call-p50-core", "us, one core for both", 20_000, 200_000, None, True),
    ("remote-calls", "calls/s, 64 under way", 200_000, 2_000_000, 600e3, False),
    ("remote-calls-strangers", "calls/s, the same among 11,000 strangers", 200_000, 2_000_000, None,
     False),
    ("remote-casts", "casts/s", 1_000_000, 10_000_000, 3e6, False),
    ("remote-large", "MB/s in casts of 64 KiB", 20_000, 100_000, None, False),
    ("remote-large-memory", "MB, the sender's peak", 20_000, 100_000, 64, True),
    ("remote-call-p50-tls", "us, a core for each process, encrypted", 20_000, 200_000, None, True),
    ("remote-large-tls", "MB/s in casts of 64 KiB, encrypted", 20_000, 100_000, None, False),
    ("mesh-formed", "s, 50 nodes", 50, 50, 2, True),
    ("mesh-idle", "% of a core, 50 nodes", 50, 50, 2, True),
    ("session-memory", "KiB a session, 1,000 idle ones", 1000, 1000, 64, True),
    ("session-memory-tls", "KiB a session, 1,000 idle ones, encrypted", 1000, 1000, 100, True),
]
# Loads of many nodes have a program of their own.
CROWD_LOADS = ("mesh-formed", "mesh-idle", "session-memory", "session-memory-tls")
# How the encrypted form of a load must stand to the plain one: a ratio, and whether it may not be
# more. Only this project's programs know encryption.
TLS = "-tls"
TO_PLAIN = {"remote-call-p50-tls": (1.3, True), "remote-large-tls": (0.6, False)}
CORES = {"remote-call-p50": (0, 1), "remote-call-p99": (0, 1), "remote-call-p50-core": (0, 0),
         "remote-call-p50-tls": (0, 1)}
# How a figure must stand to the bare socket's: a ratio, and whether it may not be more.
TO_BARE = {"remote-call-p50": (1.15, True), "remote-call-p99": (1.5, True),
           "remote-call-p50-core": (1.15, True), "remote-large": (0.9, False)}


def quiet(command, **more):
    """Whether a command that builds something worked."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          **more)
    if done.returncode != 0:
        print(done.stdout[-2000:], file=sys.stderr)
    return done.returncode == 0


def build_rust(build_dir):
    if shutil.which("cargo") is None:
        return None, "cargo is missing"
    target = build_dir / "cargo"
    env = dict(os.environ, CARGO_TARGET_DIR=str(target))
    if not quiet(["cargo", "build", "--quiet", "--release", "--locked", "--manifest-path",
                  str(HERE / "peers/rust/Cargo.toml")], env=env):
        return None, "cargo could not build it"
    return [str(target / "release/ractor-bench")], None


def build_rust_cluster(build_dir, program="cluster"):
    """A program on the cluster's crate; the codec's benchmark has one there, too."""
    if shutil.which("cargo") is None:
        return None, "cargo is missing"
    target = build_dir / "cargo-cluster"
    env = dict(os.environ, CARGO_TARGET_DIR=str(target))
    if not quiet(["cargo", "build", "--quiet", "--release", "--locked", "--manifest-path",
                  str(HERE / "peers/rust_cluster/Cargo.toml")], env=env):
        return None, "cargo could not build it"
    return [str(target / "release" / program)], None


def build_erlang(build_dir):
    if shutil.which("erlc") is None:
        return None, "erlc is missing (Debian: erlang-base)"
    if not quiet(["erlc", "-o", str(build_dir), str(HERE / "peers/erlang/bench.erl")]):
        return None, "erlc could not build it"
    return ["erl", "+P", "1000000", "-noshell", "-pa", str(build_dir), "-s", "bench", "main"], None


def build_caf(build_dir):
    compiler = shutil.which("c++")
    if compiler is None or not pathlib.Path("/usr/include/caf/all.hpp").exists():
        return None, "a C++ compiler or CAF is missing (Debian: g++, libcaf-dev)"
    source, output = HERE / "peers/caf/bench.cpp", build_dir / "caf-bench"
    is_fresh = output.exists() and output.stat().st_mtime > source.stat().st_mtime
    if not is_fresh and not quiet([compiler, "-std=c++17", "-O2", "-o", str(output), str(source),
                                   "-lcaf_core", "-pthread"]):
        return None, "the C++ compiler could not build it"
    return [str(output)], None


def build_erlang_cluster(build_dir):
    if shutil.which("erlc") is None:
        return None, "erlc is missing (Debian: erlang-base)"
    if not quiet(["erlc", "-o", str(build_dir), str(HERE / "peers/erlang/cluster_bench.erl")]):
        return None, "erlc could not build it"
    return ["erl", "-noshell", "-sname", "bench_source", "-setcookie", "bench", "-kernel",
            "dist_nodelay", "true", "-pa", str(build_dir), "-s", "cluster_bench", "main"], None


PEERS = {
    "runtime": {"ractor (Rust)": build_rust, "Erlang/OTP": build_erlang, "CAF": build_caf},
    "cluster": {"ractor_cluster": build_rust_cluster, "Erlang/OTP": build_erlang_cluster},
}


def find_systems(arguments):
    """The command of each system that can run here."""
    systems = {OURS: [arguments.program]}
    if arguments.bare:
        systems[BARE] = [arguments.bare]
    for name, build in PEERS[arguments.suite].items():
        if arguments.systems and name not in arguments.systems:
            continue
        command, why_not = build(arguments.build_dir)
        if command is None:
            print(f"left out: {name}: {why_not}")
        else:
            systems[name] = command
    return systems


def cpu_times():
    """Jiffies that all processors together have been busy, idle, and taken by the host."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(f) for f in file.readline().split()[1:9]]
    return sum(fields[:3]) + sum(fields[5:7]), fields[3] + fields[4], fields[7]


@functools.cache
def certificates():
    """A folder with an authority and a certificate that it has signed, by the openssl program."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-tls-"))
    atexit.register(shutil.rmtree, folder)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    for command in (
            ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=bench"],
            ["req", *key, "-keyout", "node.key", "-out", "node.csr", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost"],
            ["x509", "-req", "-in", "node.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
             "-copy_extensions", "copy", "-out", "node.pem"]):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
    return folder


def command_of(system, command, load, arguments):
    """How a system runs a load; None: not at all."""
    if load in CROWD_LOADS:
        return [arguments.crowd] if system == OURS and arguments.crowd else None
    return command if system == OURS or not load.endswith(TLS) else None


def run_once(command, load, size):
    """(figure or None, share of the machine that others used, share that the host took)"""
    before, children_before = cpu_times(), os.times()
    env = dict(os.environ)
    if load in CORES and len(os.sched_getaffinity(0)) > 1:
        own_core, peer_core = CORES[load]
        command = ["taskset", "-c", str(own_core), *command]
        env["BENCH_PEER_CPU"] = str(peer_core)
    if load.endswith(TLS):
        env["BENCH_TLS"] = str(certificates())
    load = load.removesuffix(TLS)
    done = subprocess.run([*command, load, str(size)], capture_output=True, text=True, env=env,
                          timeout=RUN_SECONDS, check=False)
    after, children_after = cpu_times(), os.times()
    busy, idle, stolen = (b - a for a, b in zip(before, after))
    own = sum(getattr(children_after, f) - getattr(children_before, f)
              for f in ("children_user", "children_system")) * os.sysconf("SC_CLK_TCK")
    total = max(busy + idle + stolen, 1)
    text = done.stdout.strip()
    if done.returncode != 0:
        print(f"{command[0]} {load} failed: {done.stderr.strip()[-300:]}", file=sys.stderr)
    figure = float(text) if done.returncode == 0 and text not in ("", "none") else None
    return figure, max(busy - own, 0) / total, stolen / total


def measure(systems, loads, arguments):
    """[{load, system, median, min, max, unit}], and the shares that others had of the machine."""
    results, others = [], []
    for name, unit, short, full, _, _ in loads:
        figures = {system: [] for system in systems}
        for _ in range(arguments.rounds):
            for system, usual in systems.items():
                command = command_of(system, usual, name, arguments)
                if command is None:
                    continue
                try:
                    figure, busy, stolen = run_once(command, name,
                                                    full if arguments.full else short)
                except subprocess.TimeoutExpired:
                    print(f"{system}: {name} took over {RUN_SECONDS} s", file=sys.stderr)
                    continue
                others.append(busy + stolen)
                if figure is not None:
                    figures[system].append(figure)
        results += [{"load": name, "system": system, "median": statistics.median(got),
                     "min": min(got), "max": max(got), "unit": unit}
                    for system, got in figures.items() if got]
    return results, others


def short_number(value):
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g} {unit}"
    return f"{value:.3g}"


def cell(result):
    if result is None:
        return "-"
    return (f"{short_number(result['median'])} ({short_number(result['min'])}"
            f" to {short_number(result['max'])})")


def met(is_met):
    return "met" if is_met else "not met"


def verdict(load, ours, best, bare, plain):
    """The load's bar, and how this stands to the bare socket, the best peer and its plain form."""
    name, _, _, _, bar, less_is_better = load
    parts = []
    if bar is not None:
        parts.append(f"bar {short_number(bar)}: "
                     + met(ours <= bar if less_is_better else ours >= bar))
    if bare is not None and name in TO_BARE:
        limit, is_most = TO_BARE[name]
        ratio = ours / bare
        parts.append(f"{ratio:.2f} x the bare socket (bar {limit}): "
                     + met(ratio <= limit if is_most else ratio >= limit))
    if plain is not None and name in TO_PLAIN:
        limit, is_most = TO_PLAIN[name]
        ratio = ours / plain
        parts.append(f"{ratio:.2f} x the plain session (bar {limit}): "
                     + met(ratio <= limit if is_most else ratio >= limit))
    if best is not None:
        ratio = best / ours if less_is_better else ours / best
        goal = "" if name.startswith("remote") else f" (goal {RATIO_GOAL}): " + met(
            ratio >= RATIO_GOAL)
        parts.append(f"{ratio:.1f} x the best peer{goal}")
    return "; ".join(parts)


def print_report(results, others, loads, systems):
    found = {(r["load"], r["system"]): r for r in results}
    for load in loads:
        name, unit, less_is_better = load[0], load[1], load[5]
        print(f"\n{name}, {unit}")
        for system in systems:
            print(f"  {system:14} {cell(found.get((name, system)))}")
        peers = [found[name, s]["median"] for s in systems
                 if s not in (OURS, BARE) and (name, s) in found]
        best = (min if less_is_better else max)(peers) if peers else None
        if (name, OURS) in found:
            bare = found[name, BARE]["median"] if (name, BARE) in found else None
            plain = found.get((name.removesuffix(TLS), OURS))
            print("  " + verdict(load, found[name, OURS]["median"], best, bare,
                                 plain["median"] if plain else None))
    if others:
        print(f"\nother work had {statistics.median(others):.0%} of the machine in the median run,"
              f" {max(others):.0%} in the worst")


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("build_dir", type=pathlib.Path)
    parser.add_argument("--full", action="store_true", default=bool(os.environ.get("BENCH_FULL")),
                        help="ten times the size (also: BENCH_FULL=1)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loads", type=lambda text: text.split(","))
    parser.add_argument("--systems", type=lambda text: text.split(","),
                        help="peers to run")
    parser.add_argument("--suite", choices=PEERS, default="runtime")
    parser.add_argument("--bare", help="the same loads on bare sockets")
    parser.add_argument("--crowd", help="the loads of many nodes")
    return parser.parse_args()


def write_results(path, results):
    """Keeps what the file has of other loads."""
    fresh = {r["load"] for r in results}
    kept = json.loads(path.read_text()) if path.exists() else []
    results = [r for r in kept if r["load"] not in fresh] + results
    path.write_text(json.dumps(results, indent=1) + "\n")


def main():
    arguments = parse_arguments()
    arguments.build_dir.mkdir(parents=True, exist_ok=True)
    suite = RUNTIME_LOADS if arguments.suite == "runtime" else CLUSTER_LOADS
    loads = [l for l in suite if not arguments.loads or l[0] in arguments.loads]
    print(f"machine: {cpu_name()}, {len(os.sched_getaffinity(0))} cores, {platform.system()} "
          f"{platform.release()}; load average before: {os.getloadavg()[0]:.2f}")
    systems = find_systems(arguments)
    results, others = measure(systems, loads, arguments)
    print_report(results, others, loads, systems)
    path = arguments.build_dir / "results.json"
    write_results(path, results)
    print(f"figures: {path}")
    return 0 if all((l[0], OURS) in {(r["load"], r["system"]) for r in results} for l in loads) else 1


if __name__ == "__main__":
    sys.exit(main())
