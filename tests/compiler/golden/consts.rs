// Made by rcgen 0.1.0 from consts.ractor. Do not edit.
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

/// The longest name.
#[allow(dead_code)]
pub const MAX_NAME: u32 = 64;

#[allow(dead_code)]
pub const LEAST_8: i8 = -128;

#[allow(dead_code)]
pub const LEAST_64: i64 = -9223372036854775808;

#[allow(dead_code)]
pub const MOST_64: u64 = 18446744073709551615;

#[allow(dead_code)]
pub const LEAST_128: i128 = -0x80000000000000000000000000000000;

#[allow(dead_code)]
pub const MOST_128: u128 = 0xffffffffffffffffffffffffffffffff;

/// Deprecated: use MAX_NAME
#[allow(dead_code)]
pub const OLD_NAME: u32 = 32;

#[allow(dead_code)]
pub const MINUS_FIVE: i32 = -5;

#[allow(dead_code)]
pub const HALF: f32 = 5e-01;

#[allow(dead_code)]
pub const TENTH: f64 = -1e-01;

#[allow(dead_code)]
pub const THREE: f64 = 3e+00;

#[allow(dead_code)]
pub const IS_ON: bool = true;

#[allow(dead_code)]
pub const SMILE: char = '\u{1f600}';

#[allow(dead_code)]
pub const GREETING: &str = "hé, \"you\"??/\x0a";
