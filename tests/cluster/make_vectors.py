#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes vectors.h: protocol messages encoded by Google's codec from idl/*.proto.

usage: make_vectors.py IDL_DIR > vectors.h     (needs protoc and python3-protobuf)
"""
import os
import subprocess
import sys
import tempfile


def load(idl):
    out = tempfile.mkdtemp()
    names = ["auth", "control", "node", "meta"]
    subprocess.check_call(["protoc", "-I", idl, "--python_out", out] + [n + ".proto" for n in names],
                          cwd=idl)
    sys.path.insert(0, out)
    return [__import__(n + "_pb2") for n in names]


def unknown(data, number):
    """Adds a field that no version knows, length-delimited, behind a message's bytes."""
    tag = number << 3 | 2
    head = b""
    while tag > 0x7F:
        head += bytes([tag & 0x7F | 0x80])
        tag >>= 7
    return data + head + bytes([tag, 3]) + b"new"


def main():
    idl = os.path.abspath(sys.argv[1])
    auth, control, node, meta = load(idl)
    N = meta.NetworkMessage
    name = auth.NameMessage(name="alpha@host", connection_string="host:4697",
                            flags=auth.NodeFlags(version=1, extensions=1),
                            connection_id=0xFEDCBA9876543210)
    actors = [control.Actor(pid=0), control.Actor(pid=7, name="seven"),
              control.Actor(pid=2**64 - 1, name="")]
    digest = bytes(range(32))
    A = auth.AuthenticationMessage
    C = control.ControlMessage
    M = node.NodeMessage
    vectors = {
        "name": N(auth=A(name=name)),
        "server_status": N(auth=A(server_status=auth.ServerStatus(status=4))),
        "server_status_ok": N(auth=A(server_status=auth.ServerStatus(status=0))),
        "client_status": N(auth=A(client_status=auth.ClientStatus(status=True))),
        "server_challenge": N(auth=A(server_challenge=auth.Challenge(
            name="beta@host", flags=auth.NodeFlags(version=1), challenge=0xDEADBEEF,
            connection_string="host:1"))),
        "client_challenge": N(auth=A(client_challenge=auth.ChallengeReply(
            challenge=42, digest=digest))),
        "server_ack": N(auth=A(server_ack=auth.ChallengeAck(digest=digest))),
        "cast": N(node=M(cast=node.Cast(to=5, what=b"\x00\x01\x02", variant="Cast1"))),
        "cast_empty": N(node=M(cast=node.Cast(to=0))),
        "cast_metadata": N(node=M(cast=node.Cast(to=5, what=b"x", variant="V", metadata=b"meta"))),
        "call": N(node=M(call=node.Call(to=300, what=b"arg", tag=2**40, timeout_ms=5000,
                                        variant="Call1"))),
        "call_no_timeout": N(node=M(call=node.Call(to=1, what=b"", tag=1, variant="C"))),
        "reply": N(node=M(reply=node.CallReply(to=300, tag=9, what=b"answer"))),
        "reply_failed": N(node=M(reply=node.CallReply(to=300, tag=9, status=3))),
        "spawn": N(control=C(spawn=control.Spawn(actors=actors))),
        "terminate": N(control=C(terminate=control.Terminate(ids=[0, 7, 2**64 - 1]))),
        "ping": N(control=C(ping=control.Ping(
            timestamp=control.Timestamp(seconds=-5, nanos=999999999)))),
        "pong": N(control=C(pong=control.Pong(timestamp=control.Timestamp(seconds=77)))),
        "pg_join": N(control=C(pg_join=control.PgJoin(group="g", scope="s", actors=actors))),
        "pg_leave": N(control=C(pg_leave=control.PgLeave(group="g", scope="s", actors=actors[:1]))),
        "enumerate": N(control=C(enumerate_node_sessions=name)),
        "node_sessions": N(control=C(node_sessions=control.NodeSessions(sessions=[name, name]))),
        "ready": N(control=C(ready=control.Ready())),
    }
    print("/* SPDX-License-Identifier: MIT */")
    print("/* Made by make_vectors.py; do not edit. */")
    print("#ifndef TESTS_CLUSTER_VECTORS_H\n#define TESTS_CLUSTER_VECTORS_H\n")
    print("#include <stdint.h>\n")
    encoded = {k: v.SerializeToString() for k, v in vectors.items()}
    encoded["cast_unknown"] = unknown(encoded["cast"], 1005)
    encoded["ready_unknown"] = unknown(encoded["ready"], 15)
    print("// clang-format off")
    for key, data in encoded.items():
        body = ", ".join("0x%02x" % b for b in data)
        print("static const uint8_t vector_%s[] = {%s};" % (key, body))
    print("// clang-format on")
    print("\n#endif")


main()
