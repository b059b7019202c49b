// Made by rcgen 0.1.0. Do not edit.
//
// What the modules that rcgen makes of schemas share: how values that the crate `ractor` has no
// encoding for travel. A message's fields and replies are of the crate's own types where it has an
// encoding for them, else of `Wire<T>`, which can be had from any such value by `Wire(value)`.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use ractor::BytesConvertable;

/// How deep values may nest, as in C.
const MAX_DEPTH: u32 = 64;

/// Stands for a `[secret]` field when a value is printed.
#[allow(dead_code)]
pub const MASK: Mask = Mask;

/// Prints as stars.
#[allow(dead_code)]
pub struct Mask;

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why bytes are no value of a type.
#[allow(dead_code)]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Malformed(pub &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

/// A type with an encoding.
#[allow(dead_code)]
pub trait Encoding: Sized {
    /// The size of each element in a packed vector; 0: each has its length before it.
    const PACKED: usize = 0;

    /// Appends the value's bytes.
    fn put(&self, out: &mut Vec<u8>);

    /// The value that the bytes are, all of them; `depth` is how deep it lies in another one.
    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed>;

    /// Appends the bytes of a vector.
    fn put_all(items: &[Self], out: &mut Vec<u8>) {
        for item in items {
            if Self::PACKED != 0 {
                item.put(out);
            } else {
                put_field(item, out);
            }
        }
    }

    /// The vector that the bytes are.
    fn get_all(bytes: &[u8], depth: u32) -> Result<Vec<Self>, Malformed> {
        if Self::PACKED != 0 {
            let elements = bytes.chunks_exact(Self::PACKED);
            if !elements.remainder().is_empty() {
                return Err(Malformed("half an element"));
            }
            return elements.map(|element| Self::get(element, depth)).collect();
        }
        let mut fields = Fields::new(bytes, depth)?;
        let mut items = Vec::new();
        while !fields.is_at_end() {
            items.push(fields.next()?);
        }
        Ok(items)
    }
}

/// A value's bytes.
#[allow(dead_code)]
pub fn to_bytes<T: Encoding>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

/// The value that the bytes are. Panics when they are none, as `ractor::BytesConvertable` asks for:
/// the cluster then drops the message.
#[allow(dead_code)]
pub fn from_bytes<T: Encoding>(bytes: &[u8]) -> T {
    match T::get(bytes, 0) {
        Ok(value) => value,
        Err(why) => panic!("not a {}: {why}", std::any::type_name::<T>()),
    }
}

/// Appends a length and the value's bytes.
#[allow(dead_code)]
pub fn put_field<T: Encoding>(value: &T, out: &mut Vec<u8>) {
    let at = out.len();
    out.extend_from_slice(&[0; 8]);
    value.put(out);
    let length = (out.len() - at - 8) as u64;
    out[at..at + 8].copy_from_slice(&length.to_be_bytes());
}

/// Appends a variant's name with its length.
#[allow(dead_code)]
pub fn put_name(name: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&(name.len() as u64).to_be_bytes());
    out.extend_from_slice(name.as_bytes());
}

/// Reads fields, each a length and that many bytes.
#[allow(dead_code)]
pub struct Fields<'a> {
    rest: &'a [u8],
    depth: u32,
}

#[allow(dead_code)]
impl<'a> Fields<'a> {
    /// The fields of a value that lies `depth` deep.
    pub fn new(rest: &'a [u8], depth: u32) -> Result<Self, Malformed> {
        if depth >= MAX_DEPTH {
            return Err(Malformed("too deep"));
        }
        Ok(Self { rest, depth: depth + 1 })
    }

    /// The name of a variant, and the fields behind it.
    pub fn after_name(rest: &'a [u8], depth: u32) -> Result<(&'a str, Self), Malformed> {
        let mut fields = Self::new(rest, depth)?;
        let name = std::str::from_utf8(fields.slice()?).map_err(|_| Malformed("not UTF-8"))?;
        Ok((name, fields))
    }

    fn slice(&mut self) -> Result<&'a [u8], Malformed> {
        if self.rest.len() < 8 {
            return Err(Malformed("a short length"));
        }
        let (length, rest) = self.rest.split_at(8);
        let mut number = [0; 8];
        number.copy_from_slice(length);
        let length = u64::from_be_bytes(number);
        if length > rest.len() as u64 {
            return Err(Malformed("a field past the end"));
        }
        let (field, rest) = rest.split_at(length as usize);
        self.rest = rest;
        Ok(field)
    }

    /// The next field's value.
    #[allow(clippy::should_implement_trait)]
    pub fn next<T: Encoding>(&mut self) -> Result<T, Malformed> {
        T::get(self.slice()?, self.depth)
    }

    /// Whether there is no further field.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// There must be no further field.
    pub fn end(&self) -> Result<(), Malformed> {
        if self.is_at_end() {
            Ok(())
        } else {
            Err(Malformed("bytes behind the last field"))
        }
    }
}

macro_rules! numbers {
    ($($ty:ty)*) => {$(
        impl Encoding for $ty {
            const PACKED: usize = std::mem::size_of::<$ty>();

            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn get(bytes: &[u8], _: u32) -> Result<Self, Malformed> {
                match bytes.try_into() {
                    Ok(bytes) => Ok(Self::from_be_bytes(bytes)),
                    Err(_) => Err(Malformed("a number of the wrong size")),
                }
            }
        }
    )*};
}

numbers! { i8 i16 i32 i64 i128 u16 u32 u64 u128 f32 f64 }

impl Encoding for u8 {
    const PACKED: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn get(bytes: &[u8], _: u32) -> Result<Self, Malformed> {
        match bytes {
            [byte] => Ok(*byte),
            _ => Err(Malformed("a number of the wrong size")),
        }
    }

    fn put_all(items: &[Self], out: &mut Vec<u8>) {
        out.extend_from_slice(items);
    }

    fn get_all(bytes: &[u8], _: u32) -> Result<Vec<Self>, Malformed> {
        Ok(bytes.to_vec())
    }
}

impl Encoding for bool {
    const PACKED: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn get(bytes: &[u8], _: u32) -> Result<Self, Malformed> {
        match bytes {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(Malformed("neither true nor false")),
        }
    }
}

impl Encoding for char {
    const PACKED: usize = 4;

    fn put(&self, out: &mut Vec<u8>) {
        u32::from(*self).put(out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        char::from_u32(u32::get(bytes, depth)?).ok_or(Malformed("no Unicode scalar value"))
    }
}

impl Encoding for String {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }

    fn get(bytes: &[u8], _: u32) -> Result<Self, Malformed> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_string()),
            Err(_) => Err(Malformed("not UTF-8")),
        }
    }
}

impl Encoding for () {
    fn put(&self, _: &mut Vec<u8>) {}

    fn get(bytes: &[u8], _: u32) -> Result<Self, Malformed> {
        if bytes.is_empty() {
            Ok(())
        } else {
            Err(Malformed("a unit with bytes"))
        }
    }
}

impl<T: Encoding> Encoding for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        T::put(self, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        T::get(bytes, depth).map(Box::new)
    }
}

impl<T: Encoding> Encoding for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        T::put_all(self, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        T::get_all(bytes, depth)
    }
}

impl<T: Encoding> Encoding for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(1);
                value.put(out);
            }
        }
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        if depth >= MAX_DEPTH {
            return Err(Malformed("too deep"));
        }
        match bytes.split_first() {
            Some((0, [])) => Ok(None),
            Some((1, value)) => T::get(value, depth + 1).map(Some),
            _ => Err(Malformed("neither a value nor none")),
        }
    }
}

impl<T: Encoding, E: Encoding> Encoding for Result<T, E> {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Ok(value) => {
                put_name("Ok", out);
                put_field(value, out);
            }
            Err(error) => {
                put_name("Err", out);
                put_field(error, out);
            }
        }
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let (name, mut fields) = Fields::after_name(bytes, depth)?;
        let value = match name {
            "Ok" => Ok(fields.next()?),
            "Err" => Err(fields.next()?),
            _ => return Err(Malformed("an unknown variant")),
        };
        fields.end()?;
        Ok(value)
    }
}

/// An entry of a map.
struct Entry<K, V>(K, V);

impl<K: Encoding, V: Encoding> Encoding for Entry<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        put_entry(&self.0, &self.1, out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let entry = Entry(fields.next()?, fields.next()?);
        fields.end()?;
        Ok(entry)
    }
}

fn put_entry<K: Encoding, V: Encoding>(key: &K, value: &V, out: &mut Vec<u8>) {
    put_field(key, out);
    put_field(value, out);
}

impl<K: Encoding + Ord, V: Encoding> Encoding for BTreeMap<K, V> {
    fn put(&self, out: &mut Vec<u8>) {
        let mut entry = Vec::new();
        for (key, value) in self {
            entry.clear();
            put_entry(key, value, &mut entry);
            out.extend_from_slice(&(entry.len() as u64).to_be_bytes());
            out.extend_from_slice(&entry);
        }
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut map = BTreeMap::new();
        for Entry(key, value) in Entry::get_all(bytes, depth)? {
            if map.insert(key, value).is_some() {
                return Err(Malformed("a key twice"));
            }
        }
        Ok(map)
    }
}

/// A value in a message's field or reply.
#[allow(dead_code)]
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Wire<T>(pub T);

impl<T> From<T> for Wire<T> {
    fn from(value: T) -> Self {
        Wire(value)
    }
}

impl<T> Deref for Wire<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Wire<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Encoding> BytesConvertable for Wire<T> {
    fn into_bytes(self) -> Vec<u8> {
        to_bytes(&self.0)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        Wire(from_bytes(&bytes))
    }
}

/// What `[max = N]` counts: bytes of a string, elements of a vector, entries of a map.
#[allow(dead_code)]
pub trait Counted {
    fn count(&self) -> u64;
}

impl Counted for String {
    fn count(&self) -> u64 {
        self.len() as u64
    }
}

impl<T> Counted for Vec<T> {
    fn count(&self) -> u64 {
        self.len() as u64
    }
}

impl<K, V> Counted for BTreeMap<K, V> {
    fn count(&self) -> u64 {
        self.len() as u64
    }
}

/// A value of a field with `[max = MAX]`: there is none that is longer.
#[allow(dead_code)]
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Bounded<T, const MAX: u64>(T);

#[allow(dead_code)]
impl<T: Counted, const MAX: u64> Bounded<T, MAX> {
    /// Gives a value back that is too long.
    pub fn new(value: T) -> Result<Self, T> {
        if value.count() <= MAX {
            Ok(Bounded(value))
        } else {
            Err(value)
        }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T, const MAX: u64> Deref for Bounded<T, MAX> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Encoding + Counted, const MAX: u64> Encoding for Bounded<T, MAX> {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        Bounded::new(T::get(bytes, depth)?).map_err(|_| Malformed("longer than its bound"))
    }
}

impl<T: Encoding + Counted, const MAX: u64> BytesConvertable for Bounded<T, MAX> {
    fn into_bytes(self) -> Vec<u8> {
        to_bytes(&self)
    }

    fn from_bytes(bytes: Vec<u8>) -> Self {
        from_bytes(&bytes)
    }
}

/// A value whose encoding is another's, as that of a protobuf message is (made by
/// `ractor_cluster::derive_serialization_for_prost_type!`), inside of a struct or a vector.
#[allow(dead_code)]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Converted<T>(pub T);

impl<T: BytesConvertable + Clone> Encoding for Converted<T> {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.clone().into_bytes());
    }

    fn get(bytes: &[u8], _: u32) -> Result<Self, Malformed> {
        Ok(Converted(T::from_bytes(bytes.to_vec())))
    }
}

/// Names an actor that takes `E`: its node's full name, `name@host`, and its pid there.
#[allow(dead_code)]
pub struct ActorAddress<E> {
    pub node: String,
    pub pid: u64,
    takes: PhantomData<fn(E)>,
}

#[allow(dead_code)]
impl<E> ActorAddress<E> {
    pub fn new(node: impl Into<String>, pid: u64) -> Self {
        ActorAddress { node: node.into(), pid, takes: PhantomData }
    }
}

impl<E> Clone for ActorAddress<E> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone(), self.pid)
    }
}

impl<E> fmt::Debug for ActorAddress<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.node, self.pid)
    }
}

impl<E> PartialEq for ActorAddress<E> {
    fn eq(&self, other: &Self) -> bool {
        self.pid == other.pid && self.node == other.node
    }
}

impl<E> Eq for ActorAddress<E> {}

impl<E> Encoding for ActorAddress<E> {
    fn put(&self, out: &mut Vec<u8>) {
        put_field(&self.node, out);
        self.pid.put(out);
    }

    fn get(bytes: &[u8], depth: u32) -> Result<Self, Malformed> {
        let mut fields = Fields::new(bytes, depth)?;
        let node: String = fields.next()?;
        Ok(Self::new(node, u64::get(fields.rest, depth)?))
    }
}
