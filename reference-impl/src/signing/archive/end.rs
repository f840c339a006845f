//! What the records at the end of an archive say of its directory.

use std::ops::Range;

use crate::signing::archive::malformed::{Malformed, malformed};
use crate::signing::archive::record::{END, END_BYTES, END64, END64_BYTES, LOCATOR, LOCATOR_BYTES, Record};

/// What the end of an archive says of its directory.
pub(super) struct Told {
    pub(super) entries: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
    /// Where the end record of Zip64 lies, and where its locator says that it does.
    pub(super) zip64: Option<(Range<usize>, u64)>,
}

/// The place of the end record. It is the last one, and only its comment follows.
pub(super) fn end_record(bytes: &[u8]) -> Result<usize, Malformed> {
    let first = bytes.len().saturating_sub(END_BYTES + usize::from(u16::MAX));
    let tail = &bytes[first..];
    let mut last = None;
    for at in tail
        .windows(4)
        .enumerate()
        .filter(|(_, window)| *window == END.to_le_bytes())
        .map(|(at, _)| first + at)
    {
        let comment = Record(&bytes[at..]).u16(20);
        let is_whole = comment.is_some_and(|comment| at + END_BYTES + usize::from(comment) == bytes.len());
        if is_whole && matches!(last, Some((_, true))) {
            return Err(malformed("it has two end records"));
        }
        last = Some((at, is_whole));
    }
    match last {
        Some((at, true)) => Ok(at),
        Some((_, false)) => Err(malformed("something follows its end record, or it is cut off")),
        None => Err(malformed("it has no end record: it is no zip, or is cut off")),
    }
}

/// What the end records say together.
pub(super) fn told(bytes: &[u8], end: usize) -> Result<Told, Malformed> {
    let cut = || malformed("its end record is cut off");
    let record = Record(&bytes[end..]);
    let numbers = ([4, 6, 8, 10].map(|at| record.u16(at)), [12, 16].map(|at| record.u32(at)));
    let ([Some(disk), Some(first), Some(here), Some(entries)], [Some(size), Some(offset)]) = numbers else {
        return Err(cut());
    };
    let locator = end.checked_sub(LOCATOR_BYTES).map(|at| (at, Record(&bytes[at..end])));
    let Some((at, locator)) = locator.filter(|(_, locator)| locator.u32(0) == Some(LOCATOR)) else {
        if [disk, first, here, entries].contains(&u16::MAX) || [size, offset].contains(&u32::MAX) {
            return Err(malformed("its end record of Zip64 is missing"));
        }
        if disk != 0 || first != 0 || here != entries {
            return Err(malformed("archives in several parts are not signed"));
        }
        return Ok(Told { entries: entries.into(), size: size.into(), offset: offset.into(), zip64: None });
    };
    let located = locator.u64(8).ok_or_else(cut)?;
    let start = usize::try_from(located).ok().filter(|start| is_end64(bytes, *start, at));
    // Something was put before the archive, so that the locator's place counts from elsewhere.
    let start = start.or_else(|| at.checked_sub(END64_BYTES).filter(|start| is_end64(bytes, *start, at)));
    let start = start.ok_or_else(|| malformed("its end record of Zip64 is not where its locator says"))?;
    let large = Record(&bytes[start..at]);
    let read = || {
        Some((large.u32(16)?, large.u32(20)?, large.u64(24)?, large.u64(32)?, large.u64(40)?, large.u64(48)?))
    };
    let (disk64, first64, here64, entries64, size64, offset64) = read().ok_or_else(cut)?;
    if disk64 != 0
        || first64 != 0
        || here64 != entries64
        || locator.u32(4) != Some(0)
        || locator.u32(16) > Some(1)
    {
        return Err(malformed("archives in several parts are not signed"));
    }
    let same16 = |short: u16, long: u64| short == u16::MAX || u64::from(short) == long;
    let same32 = |short: u32, long: u64| short == u32::MAX || u64::from(short) == long;
    let same = same16(disk, 0) && same16(first, 0) && same16(here, here64) && same16(entries, entries64);
    if !same || !same32(size, size64) || !same32(offset, offset64) {
        return Err(malformed("its two end records differ"));
    }
    Ok(Told { entries: entries64, size: size64, offset: offset64, zip64: Some((start..at, located)) })
}

/// Whether an end record of Zip64 lies just there.
fn is_end64(bytes: &[u8], start: usize, end: usize) -> bool {
    let Some(record) = bytes.get(start..end).map(Record) else { return false };
    let told = record.u64(4).and_then(|rest| rest.checked_add(12));
    record.u32(0) == Some(END64) && record.0.len() >= END64_BYTES && told == Some(record.0.len() as u64)
}
