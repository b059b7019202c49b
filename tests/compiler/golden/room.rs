// Made by rcgen 0.1.0 from room.ractor. Do not edit.
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

/// A room that members
/// post to.
#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Room {
    /// Says something.
    /// Fields: `from`, `text`
    Post(String, String),
    Upload(Vec<u8>, u64),
    Ping,
    /// Fields: `n`, `since`
    #[rpc]
    History(u8, i64, RpcReplyPort<Wire<Vec<String>>>),
    #[rpc]
    Count(RpcReplyPort<u64>),
    /// Fields: `to`, `class`
    /// Deprecated: use "Post"??/
    Say(String, Vec<u32>),
    #[rpc]
    Flush(RpcReplyPort<()>),
    /// Fields: `name`, `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`
    #[rpc]
    Find(Vec<i128>, Vec<char>, Vec<bool>, Wire<Vec<()>>, Wire<Vec<Vec<u8>>>, f64, char, bool, (), RpcReplyPort<u128>),
}

// Sampler is left out: it carries C pointers.
