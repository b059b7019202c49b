// Made by rcgen 0.1.0 from chat.ractor. Do not edit.
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
pub const MAX_NAME: u32 = 64;

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub name: String,
    pub joined_at: i64,
    pub home: Option<super::geo::Point>,
}

impl Encoding for Member {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.name, out);
        wire::put_field(&self.joined_at, out);
        wire::put_field(&self.home, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            name: fields.next()?,
            joined_at: fields.next()?,
            home: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Member {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    Online,
    Away {
        since: i64,
    },
    Custom {
        text: String,
    },
}

impl Encoding for Presence {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Online => {
                wire::put_name("Online", out);
            }
            Self::Away { since: field0 } => {
                wire::put_name("Away", out);
                wire::put_field(field0, out);
            }
            Self::Custom { text: field0 } => {
                wire::put_name("Custom", out);
                wire::put_field(field0, out);
            }
        }
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        #[allow(unused_mut)]
        let (name, mut fields) = Fields::after_name(bytes, depth)?;
        let value = match name {
            "Online" => Self::Online,
            "Away" => Self::Away {
                since: fields.next()?,
            },
            "Custom" => Self::Custom {
                text: fields.next()?,
            },
            _ => return Err(Malformed("an unknown variant")),
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Presence {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Client {
    /// Fields: `from`, `text`
    Told(String, String),
}

/// A room that members post to.
#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Room {
    /// Fields: `from`, `text`
    Post(String, String),
    Upload(Vec<u8>, u64),
    /// Fields: `n`, `since`
    #[rpc]
    History(u8, i64, RpcReplyPort<Wire<Vec<String>>>),
    #[rpc]
    Who(RpcReplyPort<Wire<Vec<Member>>>),
    /// Fields: `who`, `me`
    #[rpc]
    Join(Member, Wire<ActorAddress<Client>>, RpcReplyPort<Wire<Result<(), String>>>),
    /// Fields: `text`
    /// Deprecated: use Post
    Say(String),
}

// Sampler is left out: it carries C pointers.
