// SPDX-License-Identifier: MIT
//! The cluster's loads on the Rust crate: `cluster LOAD N` starts a second process with a node of
//! its own and prints one figure. BENCH_PEER_CPU names the core that it is bound to.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use ractor_cluster::{NodeServer, NodeServerMessage, RactorClusterMessage};

const COOKIE: &str = "a cookie for the benchmark";
const GROUP: &str = "sinks";
const LARGE: usize = 65536;
const OUTSTANDING: u64 = 64;

#[derive(RactorClusterMessage)]
enum Message {
    Note(String, u64),
    Blob(Vec<u8>),
    #[rpc]
    Next(u64, RpcReplyPort<u64>),
    #[rpc]
    Count(RpcReplyPort<u64>),
}

struct Sink;

impl Actor for Sink {
    type Msg = Message;
    type State = u64;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Message>, _: ()) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        message: Message,
        count: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Note(..) | Message::Blob(_) => *count += 1,
            Message::Next(number, port) => port.send(number + 1)?,
            Message::Count(port) => port.send(*count)?,
        }
        Ok(())
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

async fn start_node(name: &str) -> (u16, ActorRef<NodeServerMessage>) {
    let port = free_port();
    let node = NodeServer::new(port, COOKIE.into(), name.into(), "localhost".into(), None, None);
    let (server, _) = Actor::spawn(None, node, ()).await.expect("a node");
    (port, server)
}

/// The other process: ends with its standard input.
async fn serve() {
    let (sink, _) = Actor::spawn(None, Sink, ()).await.expect("a sink");
    ractor::pg::join(GROUP.into(), vec![sink.get_cell()]);
    let (port, _server) = start_node("sink").await;
    println!("{port}");
    std::io::stdout().flush().expect("written");
    let end = || std::io::stdin().read(&mut [0]);
    let _ = tokio::task::spawn_blocking(end).await;
}

fn start_peer() -> (Child, u16) {
    let program = std::env::current_exe().expect("this program");
    let mut command = match std::env::var("BENCH_PEER_CPU") {
        Ok(core) => {
            let mut bound = Command::new("taskset");
            bound.args(["-c", &core]).arg(program);
            bound
        }
        Err(_) => Command::new(program),
    };
    command.args(["serve", "0"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut peer = command.spawn().expect("a second process");
    let mut line = String::new();
    let output = peer.stdout.take().expect("its output");
    BufReader::new(output).read_line(&mut line).expect("its port");
    (peer, line.trim().parse().expect("a number"))
}

async fn find_sink() -> ActorRef<Message> {
    loop {
        let found = ractor::pg::get_members(&GROUP.to_string());
        if let Some(sink) = found.into_iter().find(|actor| !actor.get_id().is_local()) {
            return sink.into();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn call(sink: &ActorRef<Message>, number: u64) -> u64 {
    ractor::call!(sink, Message::Next, number).expect("a reply")
}

/// Microseconds.
async fn latency(sink: &ActorRef<Message>, n: u64, quantile: f64) -> f64 {
    for _ in 0..n / 10 {
        call(sink, 1).await;
    }
    let mut times = Vec::new();
    for _ in 0..n {
        let begin = Instant::now();
        call(sink, 1).await;
        times.push(begin.elapsed().as_nanos());
    }
    times.sort_unstable();
    times[((n - 1) as f64 * quantile) as usize] as f64 / 1e3
}

async fn calls(sink: &ActorRef<Message>, n: u64) -> f64 {
    let begin = Instant::now();
    let ask = |share: u64| {
        let sink = sink.clone();
        tokio::spawn(async move {
            for number in 0..share {
                call(&sink, number).await;
            }
        })
    };
    let tasks: Vec<_> = (0..OUTSTANDING).map(|_| ask(n / OUTSTANDING)).collect();
    for task in tasks {
        task.await.expect("done");
    }
    n as f64 / begin.elapsed().as_secs_f64()
}

/// Casts, and waits until all of them have been handled; the seconds that took.
async fn casts(sink: &ActorRef<Message>, n: u64, make: impl Fn(u64) -> Message) -> f64 {
    let begin = Instant::now();
    for number in 0..n {
        sink.cast(make(number)).expect("sent");
    }
    while ractor::call!(sink, Message::Count).expect("a count") != n {}
    begin.elapsed().as_secs_f64()
}

fn peak_megabytes() -> f64 {
    // SAFETY: `usage` is plain data, and is filled by the call.
    let usage = unsafe {
        let mut usage = std::mem::zeroed::<libc::rusage>();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    usage.ru_maxrss as f64 * 1024.0 / 1e6
}

async fn measure(load: &str, n: u64) {
    let (mut peer, port) = start_peer();
    let (_, server) = start_node("source").await;
    ractor_cluster::client_connect(&server, ("127.0.0.1", port)).await.expect("connected");
    let sink = find_sink().await;
    let blob = vec![b'x'; LARGE];
    let note = |number| Message::Note("sixteen bytes it".to_string(), number);
    match load {
        "remote-call-p50" | "remote-call-p50-core" => println!("{}", latency(&sink, n, 0.5).await),
        "remote-call-p99" => println!("{}", latency(&sink, n, 0.99).await),
        "remote-calls" => println!("{}", calls(&sink, n).await),
        "remote-casts" => println!("{}", n as f64 / casts(&sink, n, note).await),
        "remote-large" | "remote-large-memory" => {
            let seconds = casts(&sink, n, |_| Message::Blob(blob.clone())).await;
            let speed = (n * LARGE as u64) as f64 / 1e6 / seconds;
            println!("{}", if load == "remote-large" { speed } else { peak_megabytes() });
        }
        _ => println!("none"),
    }
    drop(peer.stdin.take());
    let _ = peer.wait();
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let n = arguments.get(2).and_then(|n| n.parse().ok()).expect("LOAD N");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("tokio");
    match arguments[1].as_str() {
        "serve" => runtime.block_on(serve()),
        load => runtime.block_on(measure(load, n)),
    }
    std::process::exit(0);
}
