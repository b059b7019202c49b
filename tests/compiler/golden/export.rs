// Made by rcgen 0.1.0 from export.ractor. Do not edit.
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

/// Taken from other nodes, but for what is marked.
#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Ledger {
    /// Fields: `amount`
    Credit(u64),
    Reset,
    #[rpc]
    Dump(RpcReplyPort<Vec<u8>>),
    /// Fields: `from`
    /// Deprecated: use Dump
    #[rpc]
    Read(u64, RpcReplyPort<Vec<u8>>),
}

/// Not known to other nodes.
#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Keys {
    Rotate,
    #[rpc]
    Show(RpcReplyPort<String>),
}
