// SPDX-License-Identifier: MIT
//! The message enums, as `tests/interop/interop.ractor` spells them.

use ractor::{BytesConvertable, RpcReplyPort};
use ractor_cluster::RactorClusterMessage;

/// `vec<string>`: per element a big-endian u64 length and the bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct StringList(pub Vec<String>);

/// `vec<bytes>`, encoded the same way.
#[derive(Clone, Debug, PartialEq)]
pub struct BytesList(pub Vec<Vec<u8>>);

impl BytesConvertable for BytesList {
    fn into_bytes(self) -> Vec<u8> {
        let mut out = Vec::new();
        for element in self.0 {
            out.extend_from_slice(&(element.len() as u64).to_be_bytes());
            out.extend_from_slice(&element);
        }
        out
    }

    /// Panics on a short element, which the crate turns into a message that could not be decoded.
    fn from_bytes(bytes: Vec<u8>) -> Self {
        let mut elements = Vec::new();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (length, tail) = rest.split_at(8);
            let length = u64::from_be_bytes(length.try_into().expect("eight bytes"));
            let (element, tail) = tail.split_at(usize::try_from(length).expect("a length"));
            elements.push(element.to_vec());
            rest = tail;
        }
        BytesList(elements)
    }
}

impl BytesConvertable for StringList {
    fn into_bytes(self) -> Vec<u8> {
        BytesList(self.0.into_iter().map(String::into_bytes).collect()).into_bytes()
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        let elements = BytesList::from_bytes(bytes).0.into_iter();
        StringList(elements.map(|e| String::from_utf8(e).expect("UTF-8")).collect())
    }
}

/// The enum that the project grew from.
#[derive(RactorClusterMessage)]
pub enum MyBasicMessageType {
    Cast1(String, u64),
    #[rpc]
    Call1(u8, i64, RpcReplyPort<StringList>),
}

/// Callees that misbehave.
#[derive(RactorClusterMessage)]
pub enum Trouble {
    /// Answers.
    #[rpc]
    Answer(RpcReplyPort<()>),
    /// Keeps the port and never answers.
    #[rpc]
    Never(RpcReplyPort<()>),
    /// Drops the port.
    #[rpc]
    Forget(RpcReplyPort<()>),
    /// Fails with the port unanswered.
    #[rpc]
    Crash(RpcReplyPort<()>),
    /// Fails with this reason.
    Fail(String),
}

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

macro_rules! define_types {
    ($($take:ident $echo:ident $ty:ty),* $(,)?) => {
        /// Every type that has an encoding, as a cast and as a call that answers with its argument.
        #[derive(RactorClusterMessage)]
        pub enum Types {
            $(
                $take($ty),
                #[rpc]
                $echo($ty, RpcReplyPort<$ty>),
            )*
            /// No fields at all.
            Nothing,
            /// Several fields.
            Mixed(i8, String, Vec<u8>, Vec<u16>, bool, char, u128, f64),
        }
    };
}
with_types!(define_types);
