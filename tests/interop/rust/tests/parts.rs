// SPDX-License-Identifier: MIT
//! A part of an enum, as rcgen makes it, through the crate's derived references.

use ractor::concurrency::oneshot;
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};

macro_rules! generated {
    ($($module:ident)*) => {$(
        #[allow(dead_code)]
        mod $module {
            include!(concat!(env!("RACTOR_GENERATED"), "/", stringify!($module), ".rs"));
        }
    )*};
}

generated! { ractor_wire parts }

use parts::{Guest, Room};

struct Host;

impl Actor for Host {
    type Msg = Room;
    type State = u32;
    type Arguments = u32;

    async fn pre_start(&self, _: ActorRef<Room>, count: u32) -> Result<u32, ActorProcessingErr> {
        Ok(count)
    }

    async fn handle(
        &self,
        _: ActorRef<Room>,
        message: Room,
        count: &mut u32,
    ) -> Result<(), ActorProcessingErr> {
        if let Room::Count(port) = message {
            port.send(*count)?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_part_goes_to_an_actor_of_the_whole() {
    let (room, running) = Actor::spawn(None, Host, 42).await.expect("a room");
    let (sender, receiver) = oneshot();
    let guest = room.get_derived::<Guest>();
    guest.send_message(Guest::Count(RpcReplyPort::from(sender))).expect("a running actor");
    assert_eq!(receiver.await.expect("an answer"), 42);
    room.stop(None);
    running.await.expect("an end");
}

#[test]
fn what_the_part_has_not_does_not_become_one() {
    assert!(matches!(Guest::try_from(Room::Clear), Err(Room::Clear)));
}
