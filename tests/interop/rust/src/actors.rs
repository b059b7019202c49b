// SPDX-License-Identifier: MIT
//! The actors that other nodes reach. Each prints what arrives as an event.

use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, RpcReplyPort, SpawnErr};

use crate::compounds::Mirror;
use crate::events::event;
use crate::jobs;
use crate::messages::{with_types, MyBasicMessageType, StringList, Trouble, Types, Wire};
use crate::text::Text;

type Handled = Result<(), ActorProcessingErr>;

/// What `Call1(count, first)` answers with: `count` numbers from `first` on, wrapping around.
pub fn numbers_from(count: u8, first: i64) -> StringList {
    Wire((0..count).map(|i| first.wrapping_add(i.into()).to_string()).collect())
}

fn name_of<T>(actor: &ActorRef<T>) -> String {
    actor.get_name().unwrap_or_else(|| "-".into())
}

/// Handles the seed's enum.
pub struct Seed;

impl Actor for Seed {
    type Msg = MyBasicMessageType;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Self::Msg>, _: ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(&self, me: ActorRef<Self::Msg>, msg: Self::Msg, _: &mut ()) -> Handled {
        match msg {
            MyBasicMessageType::Cast1(text, number) => {
                event(format!("cast {} Cast1 {} {}", name_of(&me), text.show(), number));
            }
            MyBasicMessageType::Call1(count, first, port) => {
                port.send(numbers_from(count, first))?;
            }
        }
        Ok(())
    }
}

/// Handles `Types`.
pub struct Echo;

macro_rules! handle_types {
    ($($take:ident $echo:ident $ty:ty),* $(,)?) => {
        fn handle_types(name: &str, msg: Types) -> Handled {
            match msg {
                $(
                    Types::$take(value) => {
                        event(format!("cast {name} {} {}", stringify!($take), value.show()))
                    }
                    Types::$echo(value, port) => port.send(value)?,
                )*
                Types::Nothing => event(format!("cast {name} Nothing")),
                Types::Mixed(a, b, c, d, e, f, g, h) => {
                    let fields = [
                        a.show(), b.show(), c.show(), d.show(), e.show(), f.show(), g.show(),
                        h.show(),
                    ];
                    event(format!("cast {name} Mixed {}", fields.join(" ")));
                }
            }
            Ok(())
        }
    };
}
with_types!(handle_types);

impl Actor for Echo {
    type Msg = Types;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Self::Msg>, _: ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(&self, me: ActorRef<Self::Msg>, msg: Self::Msg, _: &mut ()) -> Handled {
        handle_types(&name_of(&me), msg)
    }
}

/// Handles `Trouble`; its state is the ports that nobody will answer.
pub struct Troubled;

impl Actor for Troubled {
    type Msg = Trouble;
    type State = Vec<RpcReplyPort<()>>;
    type Arguments = ();

    async fn pre_start(
        &self,
        _: ActorRef<Self::Msg>,
        _: (),
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(Vec::new())
    }

    async fn handle(
        &self,
        me: ActorRef<Self::Msg>,
        msg: Self::Msg,
        kept: &mut Self::State,
    ) -> Handled {
        match msg {
            Trouble::Answer(port) => port.send(())?,
            Trouble::Never(port) => {
                kept.push(port);
                event(format!("cast {} Never", name_of(&me)));
            }
            Trouble::Forget(port) => drop(port),
            Trouble::ForgetNumber(port) => drop(port),
            Trouble::ForgetText(port) => drop(port),
            Trouble::Crash(_port) => return Err("crashed as asked".into()),
            Trouble::Fail(reason) => return Err(reason.into()),
        }
        Ok(())
    }
}

/// Spawns an actor of a kind (`seed`, `types`, `trouble`, `compounds`), or a factory whose keys are
/// numbers or words (`jobs`, `word_jobs`), under a name.
pub async fn spawn(kind: &str, name: &str) -> Result<ActorCell, String> {
    let spawned = match kind {
        "jobs" => jobs::spawn::<u64>(name).await,
        "word_jobs" => jobs::spawn::<String>(name).await,
        _ => spawn_actor(kind, name).await,
    };
    spawned.map_err(|why| why.to_string())
}

async fn spawn_actor(kind: &str, name: &str) -> Result<ActorCell, SpawnErr> {
    let name = Some(name.to_string());
    match kind {
        "seed" => Actor::spawn(name, Seed, ()).await.map(|(actor, _)| actor.get_cell()),
        "types" => Actor::spawn(name, Echo, ()).await.map(|(actor, _)| actor.get_cell()),
        "compounds" => Actor::spawn(name, Mirror, ()).await.map(|(actor, _)| actor.get_cell()),
        "trouble" => Actor::spawn(name, Troubled, ()).await.map(|(actor, _)| actor.get_cell()),
        _ => Err(SpawnErr::StartupFailed(format!("no such kind of actor: {kind}").into())),
    }
}
