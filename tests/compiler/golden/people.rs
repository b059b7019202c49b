// Made by rcgen 0.1.0 from people.ractor. Do not edit.
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

/// A node of a tree.
#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    pub label: String,
    pub kids: Vec<Tree>,
    pub at: super::geo::Point,
}

impl Encoding for Tree {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.label, out);
        wire::put_field(&self.kids, out);
        wire::put_field(&self.at, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            label: fields.next()?,
            kids: fields.next()?,
            at: fields.next()?,
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
pub struct Outer {
    pub inner: Inner,
    pub marks: Vec<Vec<u16>>,
    pub places: Vec<super::geo::Named>,
}

impl Encoding for Outer {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.inner, out);
        wire::put_field(&self.marks, out);
        wire::put_field(&self.places, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            inner: fields.next()?,
            marks: fields.next()?,
            places: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Outer {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub struct Inner {
    pub a: u8,
    pub b: u64,
}

impl Encoding for Inner {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.a, out);
        wire::put_field(&self.b, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            a: fields.next()?,
            b: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Inner {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

/// Early meets itself through a vec of what holds it by value.
#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub struct Early {
    pub later: Vec<Later>,
}

impl Encoding for Early {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.later, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            later: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Early {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub struct Later {
    pub early: Early,
}

impl Encoding for Later {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.early, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            early: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Later {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(ractor_cluster::RactorClusterMessage)]
pub enum Forest {
    /// Fields: `tree`, `where`
    Plant(Tree, super::geo::Point),
    /// Fields: `trees`, `o`, `inners`
    Many(Wire<Vec<Tree>>, Outer, Wire<Vec<Inner>>),
    /// Fields: `n`
    #[rpc]
    Get(u32, RpcReplyPort<Tree>),
    /// Fields: `n`
    #[rpc]
    At(u32, RpcReplyPort<super::geo::Point>),
    #[rpc]
    All(RpcReplyPort<Wire<Vec<Tree>>>),
}
