// Made by rcgen 0.1.0 from compound.ractor. Do not edit.
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
pub struct Chain {
    pub name: String,
    pub next: Option<Box<Chain>>,
}

impl Encoding for Chain {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.name, out);
        wire::put_field(&self.next, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            name: fields.next()?,
            next: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Chain {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub struct Even {
    pub odd: Option<Box<Odd>>,
}

impl Encoding for Even {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.odd, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            odd: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Even {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub struct Odd {
    pub even: Option<Box<Result<Even, u8>>>,
    pub n: u8,
}

impl Encoding for Odd {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.even, out);
        wire::put_field(&self.n, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            even: fields.next()?,
            n: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Odd {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

/// Where somebody is.
#[allow(dead_code)]
#[derive(Clone, PartialEq)]
pub enum Presence {
    Online,
    Away {
        since: i64,
    },
    Custom {
        text: String,
    },
    At {
        r#where: super::geo::Named,
        pin: u16,
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
            Self::At { r#where: field0, pin: field1 } => {
                wire::put_name("At", out);
                wire::put_field(field0, out);
                wire::put_field(field1, out);
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
            "At" => Self::At {
                r#where: fields.next()?,
                pin: fields.next()?,
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

impl std::fmt::Debug for Presence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Online => f.write_str("Online"),
            Self::Away { since: field0 } => f
                .debug_struct("Away")
                .field("since", field0)
                .finish(),
            Self::Custom { text: field0 } => f
                .debug_struct("Custom")
                .field("text", field0)
                .finish(),
            Self::At { r#where: field0, pin: field1 } => f
                .debug_struct("At")
                .field("where", field0)
                .field("pin", {
                    let _ = field1;
                    &wire::MASK
                })
                .finish(),
        }
    }
}

/// No variant has fields.
#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub enum Light {
    Red,
    Green,
}

impl Encoding for Light {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Red => {
                wire::put_name("Red", out);
            }
            Self::Green => {
                wire::put_name("Green", out);
            }
        }
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        #[allow(unused_mut)]
        let (name, mut fields) = Fields::after_name(bytes, depth)?;
        let value = match name {
            "Red" => Self::Red,
            "Green" => Self::Green,
            _ => return Err(Malformed("an unknown variant")),
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Light {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Leaf,
    Node {
        kids: Vec<Tree>,
        by_name: BTreeMap<String, Tree>,
    },
}

impl Encoding for Tree {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Leaf => {
                wire::put_name("Leaf", out);
            }
            Self::Node { kids: field0, by_name: field1 } => {
                wire::put_name("Node", out);
                wire::put_field(field0, out);
                wire::put_field(field1, out);
            }
        }
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        #[allow(unused_mut)]
        let (name, mut fields) = Fields::after_name(bytes, depth)?;
        let value = match name {
            "Leaf" => Self::Leaf,
            "Node" => Self::Node {
                kids: fields.next()?,
                by_name: fields.next()?,
            },
            _ => return Err(Malformed("an unknown variant")),
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Tree {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub enum Sum {
    Number {
        value: i64,
    },
    Both {
        left: Option<Box<Sum>>,
        right: Option<Box<Sum>>,
    },
}

impl Encoding for Sum {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Number { value: field0 } => {
                wire::put_name("Number", out);
                wire::put_field(field0, out);
            }
            Self::Both { left: field0, right: field1 } => {
                wire::put_name("Both", out);
                wire::put_field(field0, out);
                wire::put_field(field1, out);
            }
        }
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        #[allow(unused_mut)]
        let (name, mut fields) = Fields::after_name(bytes, depth)?;
        let value = match name {
            "Number" => Self::Number {
                value: fields.next()?,
            },
            "Both" => Self::Both {
                left: fields.next()?,
                right: fields.next()?,
            },
            _ => return Err(Malformed("an unknown variant")),
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Sum {
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
    /// Fields: `text`
    Told(String),
    /// Fields: `who`
    Saw(Wire<ActorAddress<Room>>),
}

#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Room {
    /// Fields: `a`, `b`, `c`, `d`
    Maybe(Wire<Option<u32>>, Wire<Option<String>>, Wire<Option<Option<bool>>>, Wire<Option<()>>),
    /// Fields: `presence`, `light`
    Now(Presence, Light),
    /// Fields: `tree`
    Grow(Tree),
    /// Fields: `a`, `b`, `c`
    Answers(Wire<Result<(), String>>, Wire<Result<u8, Light>>, Wire<Vec<Result<u8, u8>>>),
    /// Fields: `who`, `more`
    Meet(Wire<ActorAddress<Client>>, Wire<Vec<ActorAddress<Client>>>),
    /// Fields: `by_name`, `by_id`, `flags`
    Count(Wire<BTreeMap<String, u64>>, Wire<BTreeMap<u16, Member>>, Bounded<BTreeMap<bool, Light>, 2>),
    /// Fields: `chain`, `last`
    Link(Chain, Wire<Option<Box<Chain>>>),
    /// Fields: `sum`, `even`, `odds`
    Add(Sum, Even, Wire<Vec<Odd>>),
    /// Fields: `options`, `places`, `maps`
    Many(Wire<Vec<Option<u8>>>, Wire<Vec<Presence>>, Wire<Option<BTreeMap<i8, Vec<u8>>>>),
    /// Fields: `n`
    #[rpc]
    GetOption(u32, RpcReplyPort<Wire<Option<String>>>),
    /// Fields: `n`
    #[rpc]
    GetFlat(u32, RpcReplyPort<Wire<Option<u32>>>),
    #[rpc]
    GetUnion(RpcReplyPort<Presence>),
    #[rpc]
    GetLight(RpcReplyPort<Light>),
    /// Fields: `who`, `me`
    #[rpc]
    Join(Member, Wire<ActorAddress<Client>>, RpcReplyPort<Wire<Result<(), String>>>),
    #[rpc]
    Find(RpcReplyPort<Wire<ActorAddress<Client>>>),
    #[rpc]
    All(RpcReplyPort<Wire<BTreeMap<String, Presence>>>),
    #[rpc]
    Where(RpcReplyPort<Wire<Option<super::geo::Point>>>),
}

#[allow(dead_code)]
#[derive(ractor_cluster::RactorMessage)]
pub enum Inside {
    /// Fields: `a`, `p`, `r`, `m`
    Maybe(Wire<Option<u8>>, Presence, Wire<Result<u8, u8>>, Wire<BTreeMap<u8, u8>>),
    Get(RpcReplyPort<Light>),
}
