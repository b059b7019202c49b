// SPDX-License-Identifier: MIT
//! Two peers of this crate, in two processes: what the C tests will see, seen first among Rust
//! nodes, so that the peer itself is known to be right.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{channel, Receiver};
use std::time::{Duration, Instant};

/// Only how long to wait before a missing line is a failure.
const DEADLINE: Duration = Duration::from_secs(20);

struct Peer {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    events: Vec<String>,
    port: String,
}

impl Peer {
    fn start(name: &str, cookie: &str) -> Peer {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ractor-peer"))
            .args(["--name", name, "--cookie", cookie])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the peer starts");
        let stdin = child.stdin.take().expect("piped");
        let stdout = child.stdout.take().expect("piped");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut peer = Peer { child, stdin, lines, events: Vec::new(), port: String::new() };
        let ready = peer.line(|line| line.starts_with("READY"));
        peer.port = ready.split(&['=', ' ']).nth(2).expect("a port").to_string();
        peer
    }

    /// The next line that `wanted` accepts; events are kept aside.
    fn line(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + DEADLINE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).expect("a line before the deadline");
            if wanted(&line) {
                return line;
            }
            self.events.push(line);
        }
    }

    fn ask(&mut self, command: &str) -> String {
        writeln!(self.stdin, "{command}").expect("the peer reads");
        self.line(|line| line.starts_with("OK") || line.starts_with("ERR"))
    }

    fn hears(&mut self, event: &str) {
        let wanted = format!("EVENT {event}");
        if let Some(at) = self.events.iter().position(|line| line.starts_with(&wanted)) {
            self.events.remove(at);
        } else {
            self.line(|line| line.starts_with(&wanted));
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Two connected nodes; `a` has dialled.
fn pair() -> (Peer, Peer) {
    let mut a = Peer::start("a", "cookie");
    let mut b = Peer::start("b", "cookie");
    assert_eq!(a.ask(&format!("dial 127.0.0.1:{}", b.port)), "OK");
    a.hears("session ready b@localhost");
    b.hears("session ready a@localhost");
    (a, b)
}

#[test]
fn casts_and_calls_arrive_with_their_values() {
    let (mut a, mut b) = pair();
    assert_eq!(a.ask("cast @default/seeds Cast1 6869 18446744073709551615"), "OK");
    b.hears("cast rust_seed Cast1 6869 18446744073709551615");
    assert_eq!(b.ask("call rust_seed 5000 Call1 3 -1"), "OK 2d31,30,31");
    assert_eq!(b.ask("call rust_seed 5000 Call1 0 7"), "OK []");
}

#[test]
fn every_type_comes_back_as_it_went() {
    let (mut a, _b) = pair();
    let words = [
        ("I8", "-128"),
        ("I128", "-170141183460469231731687303715884105728"),
        ("U128", "340282366920938463463374607431768211455"),
        ("F32", "7fc00001"),
        ("F64", "8000000000000000"),
        ("Bool", "true"),
        ("Char", "10ffff"),
        ("Unit", "unit"),
        ("String", "f09f9880"),
        ("Bytes", "00ff"),
        ("Bytes", "-"),
        ("VecI16", "-32768,32767"),
        ("VecU64", "[]"),
        ("VecBool", "true,false"),
        ("VecChar", "61,1f600"),
        ("VecF64", "7ff0000000000000,fff0000000000000"),
        ("VecString", "-,61,c3a4"),
        ("VecBytes", "00,-"),
    ];
    for (ty, word) in words {
        let answer = a.ask(&format!("call @interop/types 5000 Echo{ty} {word}"));
        assert_eq!(answer, format!("OK {word}"), "{ty}");
    }
}

#[test]
fn fields_arrive_in_their_order() {
    let (mut a, mut b) = pair();
    let mixed = "Mixed -1 61 00 1,2 true 41 5 3ff0000000000000";
    assert_eq!(a.ask(&format!("cast rust_types {mixed}")), "OK");
    b.hears(&format!("cast rust_types {mixed}"));
    assert_eq!(a.ask("cast rust_types Nothing"), "OK");
    b.hears("cast rust_types Nothing");
}

#[test]
fn a_factory_gets_jobs_with_their_keys() {
    let (mut a, mut b) = pair();
    assert_eq!(b.ask("spawn jobs factory"), "OK");
    assert_eq!(b.ask("join teams workers factory"), "OK");
    a.hears("joined teams workers factory");
    assert_eq!(a.ask("job factory u64 18446744073709551615 60000 Cast1 6869 5"), "OK");
    b.hears("job factory 18446744073709551615 60000 fresh Cast1 6869 5");
    assert_eq!(a.ask("call_job factory 5000 u64 7 0 Call1 2 -1"), "OK 2d31,30");
    b.hears("job factory 7 - fresh Call1");
}

#[test]
fn joins_leaves_and_deaths_are_seen_by_the_other() {
    let (mut a, mut b) = pair();
    assert_eq!(b.ask("spawn seed extra"), "OK");
    assert_eq!(b.ask("join teams reds extra"), "OK");
    a.hears("joined teams reds extra");
    assert_eq!(a.ask("members teams reds"), "OK 1 extra");
    assert_eq!(b.ask("leave teams reds extra"), "OK");
    a.hears("left teams reds extra");
    assert_eq!(a.ask("members teams reds"), "OK 0");
    assert_eq!(a.ask("watch extra"), "OK");
    assert_eq!(b.ask("kill extra"), "OK");
    a.hears("died extra");
    // The crate tells of a death before it forgets the actor: either way the call ends at once.
    let answer = a.ask("call extra 60000 Call1 1 1");
    assert!(answer.starts_with("ERR") && answer != "ERR timeout", "{answer}");
}

#[test]
fn calls_that_nobody_answers_end_at_the_deadline_and_those_of_the_dead_at_once() {
    let (mut a, _b) = pair();
    assert_eq!(a.ask("call rust_trouble 5000 Answer"), "OK unit");
    // Which of its two timers fires first decides how the crate calls the same end.
    for variant in ["Never", "Forget"] {
        let answer = a.ask(&format!("call rust_trouble 100 {variant}"));
        assert!(["ERR timeout", "ERR sender error"].contains(&answer.as_str()), "{answer}");
    }
    assert_eq!(a.ask("call rust_trouble 60000 Crash"), "ERR sender error");
}

#[test]
fn a_wrong_cookie_is_refused_on_both_sides() {
    let mut a = Peer::start("a", "cookie");
    let mut b = Peer::start("b", "biscuit");
    assert_eq!(a.ask(&format!("dial 127.0.0.1:{}", b.port)), "OK");
    a.hears("session refused");
    b.hears("session refused");
    assert_eq!(a.ask("sessions"), "OK 0");
}
