// Made by rcgen 0.1.0 from geo.ractor. Do not edit.
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
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Encoding for Point {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.x, out);
        wire::put_field(&self.y, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            x: fields.next()?,
            y: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Point {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}

#[allow(dead_code)]
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub name: String,
    pub at: Point,
}

impl Encoding for Named {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_field(&self.name, out);
        wire::put_field(&self.at, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let value = Self {
            name: fields.next()?,
            at: fields.next()?,
        };
        fields.end()?;
        Ok(value)
    }
}

impl BytesConvertable for Named {
    fn into_bytes(self) -> Vec<u8> {
        wire::to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        wire::from_bytes(&bytes)
    }
}
