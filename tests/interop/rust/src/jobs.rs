// SPDX-License-Identifier: MIT
//! A factory with one worker, and jobs for one elsewhere. Keys are a `u64` or a `String`.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use ractor::factory::queues::DefaultQueue;
use ractor::factory::routing::QueuerRouting;
use ractor::factory::{
    DiscardHandler, DiscardMode, DiscardReason, DiscardSettings, Factory, FactoryArguments,
    FactoryMessage, Job, JobKey, JobOptions, Worker, WorkerBuilder, WorkerId,
};
use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, RpcReplyPort};
use tokio::sync::Notify;

use crate::actors::numbers_from;
use crate::commands::{ask, parse, send, value, Answer};
use crate::events::event;
use crate::messages::{MyBasicMessageType, StringList};
use crate::text::Text;

type Msg = MyBasicMessageType;
type Jobs<K> = FactoryMessage<K, Msg>;

/// What a job whose text is "gate" waits for.
static GATE: Notify = Notify::const_new();

/// Lets one job through that waits at the gate, or the next one.
pub fn open_gate() {
    GATE.notify_one();
}

/// The key, the time to live in milliseconds, and whether the submission is of the last minute.
fn show<K: JobKey + Text>(job: &Job<K, Msg>) -> String {
    let ttl = job.options.ttl().map_or("-".into(), |ttl| ttl.as_millis().to_string());
    let is_fresh = job.options.submit_time().elapsed().is_ok_and(|age| age.as_secs() < 60);
    format!("{} {ttl} {}", job.key.show(), if is_fresh { "fresh" } else { "stale" })
}

/// Handles the jobs; its state is the factory's name.
struct Handler<K>(PhantomData<fn() -> K>);

impl<K: JobKey + Text> Worker for Handler<K> {
    type Key = K;
    type Message = Msg;
    type Arguments = ();
    type State = String;

    async fn pre_start(
        &self,
        _: WorkerId,
        factory: &ActorRef<Jobs<K>>,
        _: (),
    ) -> Result<String, ActorProcessingErr> {
        Ok(factory.get_name().unwrap_or_else(|| "-".into()))
    }

    async fn handle(
        &self,
        _: WorkerId,
        _: &ActorRef<Jobs<K>>,
        job: Job<K, Msg>,
        factory: &mut String,
    ) -> Result<K, ActorProcessingErr> {
        let about = show(&job);
        match job.msg {
            Msg::Cast1(text, number) => {
                event(format!("job {factory} {about} Cast1 {} {number}", text.show()));
                if text == "gate" {
                    GATE.notified().await;
                }
            }
            Msg::Call1(count, first, port) => {
                event(format!("job {factory} {about} Call1"));
                port.send(numbers_from(count, first))?;
            }
        }
        Ok(job.key)
    }
}

struct Builder;

impl<K: JobKey + Text> WorkerBuilder<Handler<K>, ()> for Builder {
    fn build(&mut self, _: WorkerId) -> (Handler<K>, ()) {
        (Handler(PhantomData), ())
    }
}

/// Tells of the jobs that the factory throws away.
struct Discards(String);

impl<K: JobKey + Text> DiscardHandler<K, Msg> for Discards {
    fn discard(&self, reason: DiscardReason, job: &mut Job<K, Msg>) {
        event(format!("discarded {} {} {reason:?}", self.0, job.key.show()));
    }
}

/// Starts a factory that lets one job wait.
pub async fn spawn<K: JobKey + Text>(name: &str) -> Result<ActorCell, ractor::SpawnErr> {
    type Queue<K> = DefaultQueue<K, Msg>;
    let factory = Factory::<K, Msg, (), Handler<K>, QueuerRouting<K, Msg>, Queue<K>>::default();
    let arguments = FactoryArguments {
        worker_builder: Box::new(Builder),
        num_initial_workers: 1,
        router: QueuerRouting::default(),
        queue: Queue::<K>::default(),
        discard_handler: Some(Arc::new(Discards(name.into()))),
        discard_settings: DiscardSettings::Static { limit: 1, mode: DiscardMode::Newest },
        dead_mans_switch: None,
        capacity_controller: None,
        lifecycle_hooks: None,
        stats: None,
    };
    let (factory, _) = Actor::spawn(Some(name.into()), factory, arguments).await?;
    Ok(factory.get_cell())
}

fn job<K: JobKey + Text>(key: &str, ttl_ms: &str, msg: Msg) -> Result<Jobs<K>, String> {
    let ttl_ms: u64 = parse(ttl_ms)?;
    let ttl = (ttl_ms != 0).then(|| Duration::from_millis(ttl_ms));
    let options = JobOptions::new(ttl);
    Ok(FactoryMessage::Dispatch(Job { key: value(key)?, msg, options, accepted: None }))
}

/// Casts a job: its key's type, key, time to live and message.
pub fn dispatch(target: ActorCell, words: &[&str]) -> Answer {
    let [kind, key, ttl_ms, "Cast1", text, number] = words else {
        return Err("no such job".into());
    };
    let msg = Msg::Cast1(value(text)?, value(number)?);
    match *kind {
        "u64" => send(target, job::<u64>(key, ttl_ms, msg)?),
        "string" => send(target, job::<String>(key, ttl_ms, msg)?),
        _ => Err(format!("no such key: {kind}")),
    }
}

/// Calls with a job, likewise.
pub async fn call(target: ActorCell, timeout_ms: &str, words: &[&str]) -> Answer {
    let [kind, key, ttl_ms, "Call1", count, first] = words else {
        return Err("no such job".into());
    };
    match *kind {
        "u64" => call_of::<u64>(target, timeout_ms, key, ttl_ms, count, first).await,
        "string" => call_of::<String>(target, timeout_ms, key, ttl_ms, count, first).await,
        _ => Err(format!("no such key: {kind}")),
    }
}

async fn call_of<K: JobKey + Text>(
    target: ActorCell,
    timeout_ms: &str,
    key: &str,
    ttl_ms: &str,
    count: &str,
    first: &str,
) -> Answer {
    let (count, first) = (value(count)?, value(first)?);
    let _: K = value(key)?; // what is wrong is said before there is a port
    let _: u64 = parse(ttl_ms)?;
    let make = |port: RpcReplyPort<StringList>| {
        job::<K>(key, ttl_ms, Msg::Call1(count, first, port)).expect("parsed before")
    };
    ask(target, parse(timeout_ms)?, make).await
}
