#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures rcgen and the code that it generates beside their peers.

Compiler: CPU time, wall time and peak memory for schemas of 100 variants, beside protoc with
nanopb's generator on the like messages. Codec: a message to bytes and back, beside nanopb,
protobuf-c and the Rust crate's derive, in CPU time. Output: bytes of object code per variant. Runs
take turns; each figure is the median of the rounds, with the least and the greatest.

usage: codegen.py RCGEN BENCH_CODEC SOURCE_ROOT BUILD_DIR [--full] [--rounds N]
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "compiler")]
import run  # noqa: E402  (the runtime's runner lends its helpers)
import schemas  # noqa: E402

OURS, NANOPB, PROTOBUF_C, DERIVE = "this", "nanopb", "protobuf-c", "Rust derive"
N_VARIANTS = 100
# Files go to memory where that can be had: 200 MB of output in a second measure the disk.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def timed(command):
    """(CPU seconds, wall seconds, peak resident bytes) of a command that must succeed."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begin
    if process.returncode != 0:
        raise RuntimeError("%s failed" % command[0])
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024


def compile_schemas(rcgen, have_nanopb, n_schemas, n_peer):
    """One run of each compiler: {system: (CPU ms, wall ms, bytes of memory)} per schema."""
    figures = {}
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = pathlib.Path(name)
        inputs = schemas.write(folder, "ractor", schemas.ractor, n_schemas, N_VARIANTS)
        (folder / "out").mkdir()
        cpu, wall, memory = timed([rcgen, "-o", str(folder / "out"), *inputs])
        figures[OURS] = (cpu * 1e3 / n_schemas, wall * 1e3 / n_schemas, memory)
        if have_nanopb:
            inputs = schemas.write(folder, "proto", schemas.proto, n_peer, N_VARIANTS)
            # protoc's usage includes that of its child, the generator, once it has waited for it.
            cpu, wall, memory = timed(["protoc", "--nanopb_out=%s" % (folder / "out"),
                                       "-I%s" % folder, *inputs])
            figures[NANOPB] = (cpu * 1e3 / n_peer, wall * 1e3 / n_peer, memory)
    return figures


def build_proto_peer(build_dir, name, plugin, made, library):
    """The codec's load on a C library for protobuf; None when it cannot be built here."""
    source = HERE / "peers" / name
    schema = HERE / "peers/nanopb"
    output = build_dir / (name + "-bench")
    is_made = (run.quiet(["protoc", *plugin, "-I%s" % schema, str(schema / "cast1.proto")])
               and run.quiet(["cc", "-O3", "-I%s" % build_dir, "-o", str(output),
                              str(source / "bench.c"), str(build_dir / made), library]))
    return [str(output)] if is_made else None


def build_nanopb(build_dir):
    if shutil.which("protoc-gen-nanopb") is None:
        return None
    plugin = ["--nanopb_opt=-I%s" % (HERE / "peers/nanopb"), "--nanopb_out=%s" % build_dir]
    return build_proto_peer(build_dir, "nanopb", plugin, "cast1.pb.c", "-lprotobuf-nanopb")


def build_protobuf_c(build_dir):
    if shutil.which("protoc-gen-c") is None:
        return None
    return build_proto_peer(build_dir, "protobuf_c", ["--c_out=%s" % build_dir], "cast1.pb-c.c",
                            "-lprotobuf-c")


def build_derive(build_dir):
    command, why_not = run.build_rust_cluster(build_dir, "codec")
    if command is None:
        print("left out: %s: %s" % (DERIVE, why_not))
    return command


PEERS = {NANOPB: (build_nanopb, "protobuf-compiler, nanopb, libnanopb-dev"),
         PROTOBUF_C: (build_protobuf_c, "protobuf-compiler, protobuf-c-compiler, libprotobuf-c-dev"),
         DERIVE: (build_derive, "cargo")}


def build_peers(build_dir):
    """The codec's load on each peer that this machine can build."""
    peers = {}
    for name, (build, packages) in PEERS.items():
        command = build(build_dir)
        if command is None:
            print("left out: %s: needs %s" % (name, packages))
        else:
            peers[name] = command
    return peers


def object_bytes(rcgen, root, n_variants):
    """Bytes of code and data, per variant, of the generated source at -O2."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        inputs = schemas.write(folder, "ractor", schemas.ractor, 1, n_variants)
        subprocess.run([rcgen, "-o", name, *inputs], check=True)
        subprocess.run(["cc", "-std=c11", "-O2", "-c", "-I%s" % (root / "runtime/include"),
                        str(folder / "s0.rc.c"), "-o", str(folder / "s0.o")], check=True)
        done = subprocess.run(["size", str(folder / "s0.o")], check=True, capture_output=True,
                              text=True)
        text, data = done.stdout.splitlines()[1].split()[:2]
        return (int(text) + int(data)) / n_variants


class Table:
    """Figures by load and system."""

    def __init__(self):
        self.figures, self.units = {}, {}

    def add(self, load, system, unit, figure):
        self.figures.setdefault((load, system), []).append(figure)
        self.units[load] = unit

    def results(self):
        return [{"load": load, "system": system, "median": statistics.median(got),
                 "min": min(got), "max": max(got), "unit": self.units[load]}
                for (load, system), got in self.figures.items()]


def measure(arguments, peers, table):
    """All rounds; returns the shares of the machine that other work had."""
    others = []
    codec = [str(arguments.codec)]
    n_schemas, n_peer = (1000, 100) if arguments.full else (200, 20)
    size = 20_000_000 if arguments.full else 2_000_000
    for _ in range(arguments.rounds):
        for system, got in compile_schemas(str(arguments.rcgen), NANOPB in peers, n_schemas,
                                           n_peer).items():
            table.add("compile, CPU", system, "ms/schema", got[0])
            table.add("compile, wall", system, "ms/schema", got[1])
            if system == OURS:
                table.add("compile, memory", system, "bytes/schema", got[2] / n_schemas)
        for system, command in {OURS: codec, **peers}.items():
            figure, busy, stolen = run.run_once(command, "cast1", size)
            others.append(busy + stolen)
            if figure is not None:
                table.add("cast1 to bytes and back", system, "ns", figure)
        for load, name in (("bytes", "64 KiB of bytes"), ("numbers", "64 KiB of vec<u64>")):
            figure, _, _ = run.run_once(codec, load, size // 100)
            if figure is not None:
                table.add(name, OURS, "of memcpy's speed", figure)
    for n_variants in (10, 100, 1000) if arguments.full else (10, 100):
        table.add("object of %d variants" % n_variants, OURS, "bytes/variant",
                  object_bytes(str(arguments.rcgen), arguments.root, n_variants))
    return others


# load, bar, less is better, the bar is a multiple of the peer
BARS = [("compile, wall", 1.0, True, False), ("compile, CPU", 0.1, True, True),
        ("cast1 to bytes and back", 30, True, False), ("cast1 to bytes and back", 1, True, True),
        ("64 KiB of bytes", 0.8, False, False), ("64 KiB of vec<u64>", 0.33, False, False)]


def best_peer(found, load):
    return min((found[load, name]["median"] for name in PEERS if (load, name) in found),
               default=None)


def print_bars(found):
    for load, bar, less_is_better, is_relative in BARS:
        ours, peer = found.get((load, OURS)), best_peer(found, load)
        if ours is None or (is_relative and peer is None):
            continue
        figure = ours["median"] / (peer if is_relative else 1)
        met = figure <= bar if less_is_better else figure >= bar
        print("  %s: bar %g%s: %.3g, %s" % (load, bar, " of the best peer" if is_relative else "",
                                            figure, "met" if met else "not met"))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rcgen", type=pathlib.Path)
    parser.add_argument("codec", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("build_dir", type=pathlib.Path)
    parser.add_argument("--full", action="store_true", default=bool(os.environ.get("BENCH_FULL")),
                        help="1,000 schemas instead of 200 (also: BENCH_FULL=1)")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    arguments.build_dir.mkdir(parents=True, exist_ok=True)
    print("machine: %s, %d cores; load average before: %.2f"
          % (run.cpu_name(), len(os.sched_getaffinity(0)), os.getloadavg()[0]))
    peers = build_peers(arguments.build_dir)
    table = Table()
    others = measure(arguments, peers, table)
    results = table.results()
    for result in results:
        print("%-26s %-11s %s, %s" % (result["load"], result["system"], run.cell(result),
                                     result["unit"]))
    print("\nbars")
    print_bars({(r["load"], r["system"]): r for r in results})
    if others:
        print("\nother work had %.0f%% of the machine in the median run, %.0f%% in the worst"
              % (statistics.median(others) * 100, max(others) * 100))
    path = arguments.build_dir / "results-codegen.json"
    path.write_text(json.dumps(results, indent=1) + "\n")
    print("figures: %s" % path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
