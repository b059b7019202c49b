// SPDX-License-Identifier: MIT
//! The message enums, as rcgen makes them of the schemas that the C side is made of.

macro_rules! generated {
    ($($module:ident)*) => {$(
        pub mod $module {
            include!(concat!(env!("RACTOR_GENERATED"), "/", stringify!($module), ".rs"));
        }
    )*};
}

generated! { ractor_wire interop compounds }

/// The compiler's test schemas: that they compile is what is tested.
#[allow(dead_code)]
mod schemas {
    generated! { ractor_wire chains compound consts geo parts people scalars seed }
}

pub use interop::{MyBasicMessageType, Trouble, Types};
pub use ractor_wire::Wire;

/// `vec<string>` and `vec<bytes>` as a message's field or reply.
pub type StringList = Wire<Vec<String>>;
pub type BytesList = Wire<Vec<Vec<u8>>>;

/// Calls `$then!` with the list of (cast, call, type) that `Types` is made of.
macro_rules! with_types {
    ($then:ident) => {
        $then! {
            TakeI8 EchoI8 i8, TakeI16 EchoI16 i16, TakeI32 EchoI32 i32, TakeI64 EchoI64 i64,
            TakeI128 EchoI128 i128, TakeU8 EchoU8 u8, TakeU16 EchoU16 u16, TakeU32 EchoU32 u32,
            TakeU64 EchoU64 u64, TakeU128 EchoU128 u128, TakeF32 EchoF32 f32, TakeF64 EchoF64 f64,
            TakeBool EchoBool bool, TakeChar EchoChar char, TakeUnit EchoUnit (),
            TakeString EchoString String, TakeBytes EchoBytes Vec<u8>,
            TakeVecI8 EchoVecI8 Vec<i8>, TakeVecI16 EchoVecI16 Vec<i16>,
            TakeVecI32 EchoVecI32 Vec<i32>, TakeVecI64 EchoVecI64 Vec<i64>,
            TakeVecI128 EchoVecI128 Vec<i128>, TakeVecU16 EchoVecU16 Vec<u16>,
            TakeVecU32 EchoVecU32 Vec<u32>, TakeVecU64 EchoVecU64 Vec<u64>,
            TakeVecU128 EchoVecU128 Vec<u128>, TakeVecF32 EchoVecF32 Vec<f32>,
            TakeVecF64 EchoVecF64 Vec<f64>, TakeVecBool EchoVecBool Vec<bool>,
            TakeVecChar EchoVecChar Vec<char>, TakeVecString EchoVecString $crate::messages::StringList,
            TakeVecBytes EchoVecBytes $crate::messages::BytesList,
        }
    };
}
pub(crate) use with_types;
