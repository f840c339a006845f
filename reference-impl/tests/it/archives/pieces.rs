//! Archives written byte by byte, as no tool writes them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// Size and checksum come after the content.
pub(super) const LATER: u16 = 1 << 3;

/// An entry, byte by byte.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) name: Vec<u8>,
    /// As the headers say; what the local header says and what the directory says.
    pub(super) sizes: [(u32, u32); 2],
    pub(super) packed: Vec<u8>,
    pub(super) crc: u32,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// Of the local header and of the directory.
    pub(super) extra: [Vec<u8>; 2],
    pub(super) comment: Vec<u8>,
    pub(super) attributes: u32,
    /// What lies before the local header.
    pub(super) gap: Vec<u8>,
    /// The place of the local header, if it is not where the entry is written.
    pub(super) offset: Option<u32>,
    /// What follows the content.
    pub(super) after: Vec<u8>,
}

pub(super) fn crc(content: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    crc.sum()
}

pub(super) fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("into memory");
    encoder.finish().expect("into memory")
}

pub(super) fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a small archive")
}

impl Piece {
    pub(super) fn stored(name: &str, content: &[u8]) -> Self {
        let sizes = (size(content.len()), size(content.len()));
        Self {
            name: name.as_bytes().to_vec(),
            sizes: [sizes; 2],
            packed: content.to_vec(),
            crc: crc(content),
            flags: 0,
            method: 0,
            extra: [Vec::new(), Vec::new()],
            comment: Vec::new(),
            attributes: 0,
            gap: Vec::new(),
            offset: None,
            after: Vec::new(),
        }
    }

    pub(super) fn deflated(name: &str, content: &[u8]) -> Self {
        let packed = deflated(content);
        let sizes = (size(packed.len()), size(content.len()));
        Self { sizes: [sizes; 2], packed, method: 8, ..Self::stored(name, content) }
    }

    /// The same with its sizes and its checksum behind its content.
    pub(super) fn later(mut self) -> Self {
        self.flags |= LATER;
        self.sizes[0] = (0, 0);
        let (packed, unpacked) = self.sizes[1];
        let numbers = [0x0807_4b50, self.crc, packed, unpacked];
        self.after = numbers.iter().flat_map(|number: &u32| number.to_le_bytes()).collect();
        self
    }

    /// The same with its sizes in fields of Zip64.
    pub(super) fn large(mut self) -> Self {
        let (packed, unpacked) = self.sizes[1];
        let mut field = vec![1, 0, 16, 0];
        field.extend(u64::from(unpacked).to_le_bytes());
        field.extend(u64::from(packed).to_le_bytes());
        self.extra = [field.clone(), field];
        self.sizes = [(u32::MAX, u32::MAX); 2];
        self
    }
}

/// The archive of these entries, with something before it, which its offsets count or not, and with a
/// comment.
pub(super) fn zip(before: &[u8], is_counted: bool, pieces: &[Piece], comment: &[u8]) -> Vec<u8> {
    let mut out = before.to_vec();
    let base = if is_counted { 0 } else { before.len() };
    let mut directory = Vec::new();
    for piece in pieces {
        out.extend(&piece.gap);
        let offset = piece.offset.unwrap_or_else(|| size(out.len() - base));
        let head = |index: usize| {
            let (packed, unpacked) = piece.sizes[index];
            let crc = if index == 0 && piece.flags & LATER != 0 { 0 } else { piece.crc };
            let mut head = Vec::new();
            for number in [20, piece.flags, piece.method, 0x1234, 0x5678] {
                head.extend(number.to_le_bytes());
            }
            for number in [crc, packed, unpacked] {
                head.extend(number.to_le_bytes());
            }
            for length in [piece.name.len(), piece.extra[index].len()] {
                head.extend(&length.to_le_bytes()[..2]);
            }
            head
        };
        out.extend(b"PK\x03\x04");
        for part in
            [head(0), piece.name.clone(), piece.extra[0].clone(), piece.packed.clone(), piece.after.clone()]
        {
            out.extend(part);
        }
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(head(1));
        directory.extend(&piece.comment.len().to_le_bytes()[..2]);
        directory.extend([0; 4]);
        directory.extend(piece.attributes.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        for part in [&piece.name, &piece.extra[1], &piece.comment] {
            directory.extend(part);
        }
    }
    let start = out.len();
    out.extend(&directory);
    out.extend(end(pieces.len(), directory.len(), start - base, comment));
    out
}

pub(super) fn end(entries: usize, bytes: usize, offset: usize, comment: &[u8]) -> Vec<u8> {
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    for entries in [entries, entries] {
        end.extend(&entries.to_le_bytes()[..2]);
    }
    for number in [bytes, offset] {
        end.extend(&number.to_le_bytes()[..4]);
    }
    end.extend(&comment.len().to_le_bytes()[..2]);
    end.extend(comment);
    end
}

/// The same archive with the end records of Zip64.
pub(super) fn zip64(pieces: &[Piece], extension: &[u8], is_saturated: bool) -> Vec<u8> {
    let plain = zip(b"", true, pieces, b"of Zip64");
    let at = plain.len() - 22 - 8;
    let number = |from: usize, length: usize| {
        let mut bytes = [0; 8];
        bytes[..length].copy_from_slice(&plain[from..from + length]);
        u64::from_le_bytes(bytes)
    };
    let (entries, bytes, offset) = (pieces.len() as u64, number(at + 12, 4), number(at + 16, 4));
    let mut out = plain[..at].to_vec();
    out.extend(b"PK\x06\x06");
    out.extend((44 + extension.len() as u64).to_le_bytes());
    out.extend([45, 3, 45, 0]);
    out.extend([0; 8]);
    for number in [entries, entries, bytes, offset] {
        out.extend(number.to_le_bytes());
    }
    out.extend(extension);
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend((at as u64).to_le_bytes());
    out.extend(1_u32.to_le_bytes());
    let record = out.len();
    out.extend(&plain[at..]);
    if is_saturated {
        out[record + 8..record + 20].fill(0xff);
    }
    out
}

pub(super) fn with(mut piece: Piece, change: impl FnOnce(&mut Piece)) -> Piece {
    change(&mut piece);
    piece
}
