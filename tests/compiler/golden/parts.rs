// Made by rcgen 0.1.0 from parts.ractor. Do not edit.
//
// A module beside ractor_wire.rs and the modules of the schemas that this one imports.

#[allow(unused_imports)]
use std::collections::BTreeMap;

#[allow(unused_imports)]
use ractor::{BytesConvertable, RpcReplyPort};

#[allow(unused_imports)]
use super::ractor_wire::{self as wire, ActorAddress, Bounded, Converted, Wire};
#[allow(unused_imports)]
use super::ractor_wire::{Encoding, Fields, Malformed};

/// A room, and what a guest may do in it.
#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Room {
    /// Fields: `from`, `text`
    Post(String, Bounded<String, 100>),
    Clear,
    /// Fields: `n`
    #[rpc]
    History(u8, RpcReplyPort<Wire<Vec<String>>>),
    #[rpc]
    Count(RpcReplyPort<u32>),
}

#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Guest {
    /// How many posts there are.
    #[rpc]
    Count(RpcReplyPort<u32>),
    /// Fields: `from`, `text`
    Post(String, Bounded<String, 100>),
}

impl From<Guest> for Room {
    fn from(part: Guest) -> Self {
        match part {
            Guest::Count(field0) => Self::Count(field0),
            Guest::Post(field0, field1) => Self::Post(field0, field1),
        }
    }
}

impl TryFrom<Room> for Guest {
    type Error = Room;

    fn try_from(whole: Room) -> Result<Self, Room> {
        #[allow(unreachable_patterns)]
        match whole {
            Room::Count(field0) => Ok(Self::Count(field0)),
            Room::Post(field0, field1) => Ok(Self::Post(field0, field1)),
            other => Err(other),
        }
    }
}
