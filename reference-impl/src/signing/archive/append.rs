//! An archive with entries added. All that came before the directory stays where it is, and each record of
//! the directory stays as it is; only the end records say something else.

use flate2::Crc;

use crate::signing::archive::layout::Layout;
use crate::signing::archive::record::{
    CENTRAL, CENTRAL_BYTES, END64, END64_BYTES, LOCAL, LOCAL_BYTES, LOCATOR, LOCATOR_BYTES,
};

/// What any reader can do.
const VERSION: u16 = 20;

/// Entries say their modes as Unix has them.
const UNIX: u16 = 3 << 8;

/// The first day that an archive can name: when an entry was added says nothing about what is in it.
const FIRST_DAY: u16 = 1 << 5 | 1;

/// The archive with these entries after all others, each with its name and content. A name that ends in a
/// slash is a folder. Packed `anew`, what was there has other times.
pub(super) fn with_entries(layout: &Layout<'_>, added: &[(&[u8], &[u8])], anew: bool) -> Vec<u8> {
    let content: usize = added.iter().map(|(name, content)| 2 * name.len() + content.len()).sum();
    let room = content + added.len() * (LOCAL_BYTES + CENTRAL_BYTES) + END64_BYTES + LOCATOR_BYTES;
    let mut out = Vec::with_capacity(layout.bytes.len() + room);
    out.extend(&layout.bytes[..layout.directory.start]);
    let mut records = Vec::new();
    for (name, content) in added {
        let offset = out.len() - layout.base;
        let described = described(name, content);
        out.extend(LOCAL.to_le_bytes());
        out.extend(&described);
        out.extend(*name);
        out.extend(*content);
        records.extend(CENTRAL.to_le_bytes());
        records.extend((UNIX | VERSION).to_le_bytes());
        records.extend(&described);
        // Neither comment, nor another disk, nor what an editor would like to know.
        records.extend([0; 6]);
        let mode: u32 = if name.ends_with(b"/") { 0o040_755 << 16 | 1 << 4 } else { 0o100_644 << 16 };
        records.extend(mode.to_le_bytes());
        records.extend(short32(offset as u64).to_le_bytes());
        records.extend(*name);
    }
    let start = out.len();
    for entry in &layout.entries {
        let begin = out.len();
        out.extend(entry.record);
        if anew {
            // The time, in both places.
            out[begin + 12..begin + 16].copy_from_slice(&records[12..16]);
            let local = entry.place.start;
            out[local + 10..local + 14].copy_from_slice(&records[12..16]);
        }
    }
    out.extend(&records);
    let directory = [
        (layout.entries.len() + added.len()) as u64,
        (out.len() - start) as u64,
        (start - layout.base) as u64,
    ];
    end(&mut out, layout, directory);
    out
}

/// What a local header and a record of the directory have in common, up to the name's length and an empty
/// extra field.
fn described(name: &[u8], content: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(content);
    let bytes = short32(content.len() as u64);
    let mut out = Vec::new();
    for number in [VERSION, 0, 0, 0, FIRST_DAY] {
        out.extend(number.to_le_bytes());
    }
    for number in [crc.sum(), bytes, bytes] {
        out.extend(number.to_le_bytes());
    }
    out.extend(short16(name.len() as u64).to_le_bytes());
    out.extend([0; 2]);
    out
}

/// The end records as they were, with other numbers for the directory: its entries, its length and its place.
fn end(out: &mut Vec<u8>, layout: &Layout<'_>, directory: [u64; 3]) {
    let [entries, size, offset] = directory;
    let mut record = layout.bytes[layout.end..].to_vec();
    let is_too_small = entries >= u16::MAX.into() || size.max(offset) >= u32::MAX.into();
    if layout.zip64.is_some() || is_too_small {
        let place = (out.len() - layout.base) as u64;
        let (large, locator) = zip64(layout, directory, place);
        out.extend(large);
        out.extend(locator);
    }
    // A number that was left to Zip64 is left to it still.
    for at in [8, 10] {
        let was = [record[at], record[at + 1]];
        let number = if layout.zip64.is_some() && was == [0xff; 2] { u16::MAX } else { short16(entries) };
        record[at..at + 2].copy_from_slice(&number.to_le_bytes());
    }
    for (at, number) in [(12, size), (16, offset)] {
        let was = &record[at..at + 4];
        let number = if layout.zip64.is_some() && was == [0xff; 4] { u32::MAX } else { short32(number) };
        record[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    out.extend(record);
}

/// The end record of Zip64 and its locator: those that were there with other numbers, or new ones.
fn zip64(layout: &Layout<'_>, [entries, size, offset]: [u64; 3], place: u64) -> (Vec<u8>, Vec<u8>) {
    let (mut record, mut locator) = match &layout.zip64 {
        Some(was) => (layout.bytes[was.clone()].to_vec(), layout.bytes[was.end..layout.end].to_vec()),
        None => (fresh_end64(), fresh_locator()),
    };
    for (at, number) in [(24, entries), (32, entries), (40, size), (48, offset)] {
        record[at..at + 8].copy_from_slice(&number.to_le_bytes());
    }
    locator[8..16].copy_from_slice(&place.to_le_bytes());
    (record, locator)
}

fn fresh_end64() -> Vec<u8> {
    /// The first version that knows Zip64.
    const VERSION64: u16 = 45;
    let mut record = END64.to_le_bytes().to_vec();
    record.extend((END64_BYTES as u64 - 12).to_le_bytes());
    record.extend((UNIX | VERSION64).to_le_bytes());
    record.extend(VERSION64.to_le_bytes());
    record.resize(END64_BYTES, 0);
    record
}

fn fresh_locator() -> Vec<u8> {
    let mut locator = LOCATOR.to_le_bytes().to_vec();
    locator.resize(LOCATOR_BYTES - 4, 0);
    locator.extend(1_u32.to_le_bytes());
    locator
}

/// A number, or what says that Zip64 has it.
fn short16(number: u64) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// The same for a longer place.
fn short32(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
