// SPDX-License-Identifier: MIT
//! The codec's load on the crate's derive: `codec cast1 N` prints ns per message, there and back.

use ractor::Message;
use ractor_cluster::RactorClusterMessage;

#[derive(RactorClusterMessage)]
enum Seed {
    Cast1(String, u64),
}

/// Of this thread's own time, as the other programs of this load take it.
fn now_ns() -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a timespec that outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 * 1e9 + now.tv_nsec as f64
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    assert_eq!(arguments.get(1).map(String::as_str), Some("cast1"));
    let count: u64 = arguments[2].parse().expect("a number");
    let mut message = Seed::Cast1("a string of 16 b".to_string(), 42);
    let begin = now_ns();
    for _ in 0..count {
        let bytes = std::hint::black_box(message.serialize().expect("serialized"));
        message = std::hint::black_box(Seed::deserialize(bytes).expect("deserialized"));
    }
    println!("{:.4}", (now_ns() - begin) / count as f64);
    let Seed::Cast1(text, number) = message;
    assert_eq!((text.as_str(), number), ("a string of 16 b", 42));
}
