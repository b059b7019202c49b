// Made by rcgen 0.1.0 from seed.ractor. Do not edit.
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

#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum MyBasicMessageType {
    Cast1(String, u64),
    #[rpc]
    Call1(u8, i64, RpcReplyPort<Wire<Vec<String>>>),
}
