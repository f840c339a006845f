//! The nodes of an ASN.1 tree, with the bytes that make each of them: signatures are over bytes.

use x509_parser::asn1_rs::{Any, FromBer as _};

use crate::judge::signatures::{Wrong, wrong};

/// A node.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    /// Class, form and number, for numbers below 31.
    pub(super) tag: u8,
    /// All of it.
    pub(super) raw: &'a [u8],
    /// What is in it.
    pub(super) content: &'a [u8],
}

impl<'a> Node<'a> {
    /// The first node.
    pub(super) fn read(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Wrong> {
        let (rest, any) = Any::from_ber(bytes).map_err(|error| wrong("no ASN.1")(&error))?;
        let raw = &bytes[..bytes.len() - rest.len()];
        Ok((Self { tag: raw.first().copied().unwrap_or_default(), raw, content: any.data }, rest))
    }

    /// The nodes within.
    pub(super) fn children(&self) -> Result<Vec<Self>, Wrong> {
        let mut rest = self.content;
        let mut children = Vec::new();
        while !rest.is_empty() {
            let (child, after) = Self::read(rest)?;
            children.push(child);
            rest = after;
        }
        Ok(children)
    }

    /// The same content under another tag, with a definite length.
    pub(super) fn under(&self, tag: u8) -> Vec<u8> {
        let length = self.content.len().to_be_bytes();
        let significant =
            length.iter().position(|byte| *byte != 0).map_or(&length[length.len() - 1..], |at| &length[at..]);
        let mut bytes = vec![tag];
        if self.content.len() >= 0x80 {
            #[expect(clippy::cast_possible_truncation, reason = "a length has at most eight bytes")]
            bytes.push(0x80 | significant.len() as u8);
        }
        bytes.extend_from_slice(significant);
        bytes.extend_from_slice(self.content);
        bytes
    }
}
