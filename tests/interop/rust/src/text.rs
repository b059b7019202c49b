// SPDX-License-Identifier: MIT
//! Values as words of a line, exact in both directions and without spaces.
//!
//! Integers are decimal, floats the hexadecimal bits (so that NaN and -0 are told apart), chars the
//! hexadecimal scalar value, strings and bytes hexadecimal, `-` when empty. Vectors are their
//! elements joined by commas, `[]` when empty.

use crate::messages::Wire;

/// A value that has a word.
pub trait Text: Sized {
    fn parse(word: &str) -> Option<Self>;
    fn show(&self) -> String;
}

macro_rules! decimal {
    ($($ty:ty)*) => {$(
        impl Text for $ty {
            fn parse(word: &str) -> Option<Self> {
                word.parse().ok()
            }
            fn show(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

decimal! { i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 bool }

macro_rules! float {
    ($($ty:ty, $bits:ty, $digits:literal;)*) => {$(
        impl Text for $ty {
            fn parse(word: &str) -> Option<Self> {
                <$bits>::from_str_radix(word, 16).ok().map(Self::from_bits)
            }
            fn show(&self) -> String {
                format!(concat!("{:0", $digits, "x}"), self.to_bits())
            }
        }
    )*};
}

float! { f32, u32, 8; f64, u64, 16; }

impl Text for char {
    fn parse(word: &str) -> Option<Self> {
        u32::from_str_radix(word, 16).ok().and_then(char::from_u32)
    }
    fn show(&self) -> String {
        format!("{:x}", *self as u32)
    }
}

impl Text for () {
    fn parse(word: &str) -> Option<Self> {
        (word == "unit").then_some(())
    }
    fn show(&self) -> String {
        "unit".into()
    }
}

impl Text for Vec<u8> {
    fn parse(word: &str) -> Option<Self> {
        if word == "-" {
            return Some(Vec::new());
        }
        if !word.len().is_multiple_of(2) || !word.is_ascii() {
            return None;
        }
        (0..word.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&word[at..at + 2], 16).ok())
            .collect()
    }
    fn show(&self) -> String {
        if self.is_empty() {
            return "-".into();
        }
        self.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Text for String {
    fn parse(word: &str) -> Option<Self> {
        String::from_utf8(Vec::parse(word)?).ok()
    }
    fn show(&self) -> String {
        self.as_bytes().to_vec().show()
    }
}

fn parse_list<T: Text>(word: &str) -> Option<Vec<T>> {
    if word == "[]" {
        return Some(Vec::new());
    }
    word.split(',').map(T::parse).collect()
}

fn show_list<T: Text>(list: &[T]) -> String {
    if list.is_empty() {
        return "[]".into();
    }
    list.iter().map(Text::show).collect::<Vec<_>>().join(",")
}

macro_rules! vector {
    ($($ty:ty)*) => {$(
        impl Text for Vec<$ty> {
            fn parse(word: &str) -> Option<Self> {
                parse_list(word)
            }
            fn show(&self) -> String {
                show_list(self)
            }
        }
    )*};
}

vector! { i8 i16 i32 i64 i128 u16 u32 u64 u128 f32 f64 bool char }

impl<T: Text> Text for Wire<Vec<T>> {
    fn parse(word: &str) -> Option<Self> {
        parse_list(word).map(Wire)
    }
    fn show(&self) -> String {
        show_list(&self.0)
    }
}
