// SPDX-License-Identifier: MIT
//! The loads of the benchmark on Rust's ractor: `ractor-bench LOAD N` prints one figure.
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Instant;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use tokio::sync::Notify;

const CHUNK: u64 = 1000;
const RING: u64 = 503;

enum Message {
    Begin(ActorRef<Message>, u64),
    Number(u64),
    Get(u64, RpcReplyPort<u64>),
}

/// Lets main know that a load is over.
#[derive(Default)]
struct Latch {
    count: AtomicU64,
    done: Notify,
}

impl Latch {
    fn new(count: u64) -> Arc<Self> {
        let latch = Arc::new(Self::default());
        latch.count.store(count, Ordering::Relaxed);
        latch
    }
    fn down(&self) {
        if self.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.done.notify_one();
        }
    }
    async fn wait(&self) {
        self.done.notified().await;
    }
}

#[derive(Clone, Copy)]
enum Role {
    Player,
    Producer,
    Consumer,
    Spawner,
    Mortal,
    Asker,
    Answerer,
    Branch(u64),
}

struct Worker {
    role: Role,
    latch: Arc<Latch>,
}

#[derive(Default)]
struct State {
    peer: Option<ActorRef<Message>>,
    left: u64,
    sum: u64,
}

async fn spawn(role: Role, latch: &Arc<Latch>) -> ActorRef<Message> {
    let latch = latch.clone();
    Actor::spawn(None, Worker { role, latch }, ()).await.expect("spawn").0
}

impl Worker {
    /// Sends a chunk, and itself the order to go on, so that others get their turn.
    fn produce(&self, me: &ActorRef<Message>, state: &mut State) -> Result<(), ActorProcessingErr> {
        let peer = state.peer.clone().expect("begun");
        for i in 0..CHUNK.min(state.left) {
            peer.send_message(Message::Number(i))?;
        }
        state.left -= CHUNK.min(state.left);
        if state.left > 0 {
            me.send_message(Message::Number(0))?;
        }
        Ok(())
    }

    async fn begin(&self, me: &ActorRef<Message>, state: &mut State) -> Result<(), ActorProcessingErr> {
        let peer = state.peer.clone().expect("begun");
        match self.role {
            Role::Player if state.left > 0 => peer.send_message(Message::Number(state.left))?,
            Role::Producer => self.produce(me, state)?,
            Role::Spawner => {
                for _ in 0..state.left {
                    spawn(Role::Mortal, &self.latch).await.stop(None);
                }
            }
            Role::Asker => {
                for i in 0..state.left {
                    state.sum += ractor::call!(peer, Message::Get, i)?;
                }
                self.latch.down();
            }
            Role::Branch(first) => {
                let size = state.left;
                if size == 1 {
                    peer.send_message(Message::Number(first))?;
                    me.stop(None);
                    return Ok(());
                }
                state.left = 10;
                for i in 0..10 {
                    let child = spawn(Role::Branch(first + i * size / 10), &self.latch).await;
                    child.send_message(Message::Begin(me.clone(), size / 10))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn number(&self, me: &ActorRef<Message>, n: u64, state: &mut State) -> Result<(), ActorProcessingErr> {
        match self.role {
            Role::Player if n > 0 => {
                state.peer.as_ref().expect("begun").send_message(Message::Number(n - 1))?
            }
            Role::Player | Role::Consumer => self.latch.down(),
            Role::Producer => self.produce(me, state)?,
            Role::Branch(_) => {
                state.sum += n;
                state.left -= 1;
                if state.left == 0 {
                    state.peer.as_ref().expect("begun").send_message(Message::Number(state.sum))?;
                    me.stop(None);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Actor for Worker {
    type Msg = Message;
    type State = State;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Message>, _: ()) -> Result<State, ActorProcessingErr> {
        Ok(State::default())
    }

    async fn post_stop(&self, _: ActorRef<Message>, _: &mut State) -> Result<(), ActorProcessingErr> {
        if matches!(self.role, Role::Mortal) {
            self.latch.down();
        }
        Ok(())
    }

    async fn handle(
        &self,
        me: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Begin(peer, n) => {
                state.peer = Some(peer);
                state.left = n;
                self.begin(&me, state).await
            }
            Message::Number(n) => self.number(&me, n, state),
            Message::Get(n, port) => Ok(port.send(n + 1)?),
        }
    }
}

fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").expect("statm");
    4096 * text.split_whitespace().nth(1).expect("resident").parse::<u64>().expect("number")
}

async fn measure(load: &str, n: u64) -> Option<f64> {
    let latch = Latch::new(1);
    let start;
    match load {
        "ping-pong" | "ring" => {
            let mut players = Vec::new();
            for _ in 0..if load == "ring" { RING } else { 2 } {
                players.push(spawn(Role::Player, &latch).await);
            }
            for i in 1..players.len() {
                let next = players[(i + 1) % players.len()].clone();
                players[i].send_message(Message::Begin(next, 0)).ok()?;
            }
            let steps = if load == "ring" { n } else { 2 * n };
            start = Instant::now();
            players[0].send_message(Message::Begin(players[1].clone(), steps)).ok()?;
            latch.wait().await;
        }
        "one-to-one" | "four-to-one" => {
            let n_producers = if load == "one-to-one" { 1 } else { 4 };
            let latch = Latch::new(n / n_producers * n_producers);
            let consumer = spawn(Role::Consumer, &latch).await;
            start = Instant::now();
            for _ in 0..n_producers {
                let producer = spawn(Role::Producer, &latch).await;
                producer.send_message(Message::Begin(consumer.clone(), n / n_producers)).ok()?;
            }
            latch.wait().await;
        }
        "spawn-stop" | "call" => {
            let is_call = load == "call";
            let latch = Latch::new(if is_call { 1 } else { n });
            let other = spawn(Role::Answerer, &latch).await;
            let role = if is_call { Role::Asker } else { Role::Spawner };
            let actor = spawn(role, &latch).await;
            start = Instant::now();
            actor.send_message(Message::Begin(other, n)).ok()?;
            latch.wait().await;
        }
        "skynet" => {
            let root = spawn(Role::Consumer, &latch).await;
            start = Instant::now();
            let top = spawn(Role::Branch(0), &latch).await;
            top.send_message(Message::Begin(root, n)).ok()?;
            latch.wait().await;
            return Some(start.elapsed().as_secs_f64() * 1e3);
        }
        "memory" => {
            let before = resident_bytes();
            let mut all = Vec::with_capacity(n as usize);
            for _ in 0..n {
                all.push(spawn(Role::Answerer, &latch).await);
            }
            return Some((resident_bytes() - before) as f64 / n as f64);
        }
        _ => return None,
    }
    Some(n as f64 / start.elapsed().as_secs_f64())
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let n = args[2].parse().expect("a number");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("runtime");
    match runtime.block_on(measure(&args[1], n)) {
        Some(figure) => println!("{figure}"),
        None => println!("none"),
    }
    std::process::exit(0);
}
