# SPDX-License-Identifier: MIT
"""Schemas for the compiler's benchmark, and the like messages for protobuf."""

TYPES = ["u8", "i64", "string", "bytes", "f64", "bool", "vec<u32>", "u64"]
PROTO = {"u8": "uint32", "i64": "sint64", "string": "string", "bytes": "bytes", "f64": "double",
         "bool": "bool", "vec<u32>": "repeated uint32", "u64": "uint64", "unit": None,
         "vec<string>": "repeated string"}
REPLIES = ["u64", "string", "vec<string>", "unit"]


def fields(variant):
    """The types of a variant's fields: one to four."""
    return [TYPES[(variant + k) % len(TYPES)] for k in range(1 + variant % 4)]


def ractor(number, n_variants):
    """An enum with so many variants, each fourth an rpc."""
    lines = ["package bench.s%d;" % number, "/// Messages of service %d." % number,
             "enum Service {"]
    for variant in range(n_variants):
        args = ", ".join("field%d: %s" % pair for pair in enumerate(fields(variant)))
        if variant % 4 == 3:
            lines.append("    [rpc] Ask%d(%s) -> %s,"
                         % (variant, args, REPLIES[variant // 4 % len(REPLIES)]))
        else:
            lines.append("    Do%d(%s)," % (variant, args))
    return "\n".join(lines + ["}", ""])


def message(name, types):
    """A protobuf message with fields of these types."""
    body = ["  %s field%d = %d;" % (PROTO[t], k, k + 1) for k, t in enumerate(types) if PROTO[t]]
    return ["message %s {" % name] + body + ["}"]


def proto(number, n_variants):
    """A message for each variant and each reply, and one that holds any of the variants."""
    lines = ['syntax = "proto3";', "package bench.s%d;" % number]
    for variant in range(n_variants):
        lines += message("V%d" % variant, fields(variant))
        if variant % 4 == 3:
            lines += message("R%d" % variant, [REPLIES[variant // 4 % len(REPLIES)]])
    lines += ["message Service {", "  oneof any {"]
    lines += ["    V%d v%d = %d;" % (v, v, v + 1) for v in range(n_variants)]
    return "\n".join(lines + ["  }", "}", ""])


def write(folder, suffix, make, n_schemas, n_variants):
    """The paths of so many schemas, written to the folder."""
    paths = []
    for number in range(n_schemas):
        path = folder / ("s%d.%s" % (number, suffix))
        path.write_text(make(number, n_variants))
        paths.append(str(path))
    return paths
