//! Where everything lies in an archive. What two readers could take for two different archives is malformed:
//! one of them would be signed, and the other one unpacked.

use std::ops::Range;

/// An archive that has one reading.
pub(crate) struct Layout<'a> {
    /// All of it.
    pub(crate) bytes: &'a [u8],
    /// In the order of the directory.
    pub(crate) entries: Vec<Entry<'a>>,
    /// What all its offsets count from: more than zero where something else was put before the archive.
    pub(super) base: usize,
    /// The records of all entries, and nothing else.
    pub(super) directory: Range<usize>,
    /// The end record of Zip64, if it has one; its locator follows at once.
    pub(super) zip64: Option<Range<usize>>,
    /// Where the end record begins, which the comment follows.
    pub(super) end: usize,
}

/// One entry: its local header and the directory agree on it.
pub(crate) struct Entry<'a> {
    pub(super) name: &'a [u8],
    pub(super) packing: Packing,
    pub(super) packed: &'a [u8],
    /// Of the content when it is unpacked, as the directory says.
    pub(super) size: u64,
    /// The same.
    pub(super) crc: u32,
    /// What the directory says of it, to the letter.
    pub(super) record: &'a [u8],
    /// From its local header to the end of its content.
    pub(super) place: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Stored,
    Deflated,
}

/// What is wrong with an archive, in words that follow a colon.
#[derive(Debug)]
pub(super) struct Malformed(pub(super) String);

/// Far more than a package has, and little enough to keep where each of them is.
const MAX_ENTRIES: u64 = 1 << 18;

pub(super) const LOCAL: u32 = 0x0403_4b50;

pub(super) const CENTRAL: u32 = 0x0201_4b50;

pub(super) const END: u32 = 0x0605_4b50;

pub(super) const END64: u32 = 0x0606_4b50;

pub(super) const LOCATOR: u32 = 0x0706_4b50;

/// The lengths of these records, without what varies.
pub(super) const LOCAL_BYTES: usize = 30;

pub(super) const CENTRAL_BYTES: usize = 46;

pub(super) const END_BYTES: usize = 22;

pub(super) const END64_BYTES: usize = 56;

pub(super) const LOCATOR_BYTES: usize = 20;

/// The bits of an entry's flags that say it cannot be read as it stands: encrypted, patched, strongly
/// encrypted, masked.
const UNREADABLE: u16 = 1 | 1 << 5 | 1 << 6 | 1 << 13;

/// Size and checksum follow the content.
const DESCRIBED_LATER: u16 = 1 << 3;

impl<'a> Layout<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let end = end_record(bytes)?;
        let told = told(bytes, end)?;
        if told.entries > MAX_ENTRIES {
            return Err(malformed(&format!(
                "it claims {} entries, and at most {MAX_ENTRIES} are signed",
                told.entries
            )));
        }
        let after = told.zip64.as_ref().map_or(end, |(record, _)| record.start);
        let length = usize::try_from(told.size).ok().filter(|length| *length <= after);
        let start = length
            .map(|length| after - length)
            .ok_or_else(|| malformed("its directory is larger than the archive"))?;
        let base = usize::try_from(told.offset).ok().and_then(|offset| start.checked_sub(offset));
        let base = base.ok_or_else(|| malformed("its directory is not where its end record says"))?;
        if let Some((record, located)) = &told.zip64
            && usize::try_from(*located).ok().and_then(|located| located.checked_add(base))
                != Some(record.start)
        {
            return Err(malformed("its end record of Zip64 is not where its locator says"));
        }
        let zip64 = told.zip64.map(|(record, _)| record);
        let mut layout = Self { bytes, entries: Vec::new(), base, directory: start..after, zip64, end };
        layout.read_directory(told.entries)?;
        layout.entries_are_apart()?;
        Ok(layout)
    }

    fn read_directory(&mut self, entries: u64) -> Result<(), Malformed> {
        let mut at = self.directory.start;
        for number in 1..=entries {
            let record = Record(&self.bytes[at..self.directory.end]);
            let length = record.central_length().filter(|length| record.0.len() >= *length);
            let Some(length) = length else {
                return Err(malformed(&format!("its directory ends before entry {number} of {entries}")));
            };
            let entry = self.entry(Record(&record.0[..length]), number)?;
            self.entries.push(entry);
            at += length;
        }
        if at == self.directory.end {
            Ok(())
        } else {
            Err(malformed("its directory holds more than its entries"))
        }
    }

    /// The entry of a record of the directory.
    fn entry(&self, record: Record<'a>, number: u64) -> Result<Entry<'a>, Malformed> {
        let fail = |what: &str| malformed(&format!("entry {number} {what}"));
        let read = || {
            let (name_bytes, extra_bytes) = (usize::from(record.u16(28)?), usize::from(record.u16(30)?));
            let name = record.part(CENTRAL_BYTES, name_bytes)?;
            let mut large = Large::of(record.part(CENTRAL_BYTES + name_bytes, extra_bytes)?);
            let (size, packed) = (large.or(record.u32(24)?)?, large.or(record.u32(20)?)?);
            let offset = large.or(record.u32(42)?)?;
            let disk = large.disk_or(record.u16(34)?)?;
            Some((name, size, packed, offset, disk))
        };
        let (name, size, packed, offset, disk) = read().ok_or_else(|| fail("lacks its sizes of Zip64"))?;
        let (Some(flags), Some(method), Some(crc)) = (record.u16(8), record.u16(10), record.u32(16)) else {
            return Err(fail("is cut off"));
        };
        if disk != 0 {
            return Err(fail("lies on another disk: archives in several parts are not signed"));
        }
        let at = usize::try_from(offset).ok().and_then(|offset| self.base.checked_add(offset));
        let at = at
            .filter(|at| *at < self.directory.start)
            .ok_or_else(|| fail("does not lie before the directory"))?;
        let local = Record(&self.bytes[at..self.directory.start]);
        let mut entry =
            Entry { name, packing: Packing::Stored, packed: &[], size, crc, record: record.0, place: at..at };
        if flags & UNREADABLE != 0 {
            return Err(entry.malformed("is encrypted or patched"));
        }
        entry.packing = match method {
            0 => Packing::Stored,
            8 => Packing::Deflated,
            _ => {
                return Err(entry.malformed(&format!(
                    "is packed by method {method}; Lambda takes stored and deflated ones"
                )));
            }
        };
        let start =
            local.is_header_of(&entry, (flags, method), packed).map_err(|what| entry.malformed(what))?;
        let packed_bytes = usize::try_from(packed).ok();
        entry.packed = packed_bytes
            .and_then(|bytes| local.part(start, bytes))
            .ok_or_else(|| entry.malformed("runs into the directory"))?;
        entry.place = at..at + start + entry.packed.len();
        Ok(entry)
    }

    /// Entries that share bytes unpack to more than any archive could hold, and are no two entries to one who
    /// reads from the beginning.
    fn entries_are_apart(&self) -> Result<(), Malformed> {
        let mut places: Vec<&Entry<'_>> = self.entries.iter().collect();
        places.sort_unstable_by_key(|entry| entry.place.start);
        match places.windows(2).find(|pair| pair[0].place.end > pair[1].place.start) {
            Some(pair) => Err(pair[1].malformed("overlaps with another one")),
            None => Ok(()),
        }
    }
}

impl Entry<'_> {
    /// What is wrong with it.
    pub(super) fn malformed(&self, what: &str) -> Malformed {
        let name: String = String::from_utf8_lossy(self.name).chars().take(80).collect();
        malformed(&format!("its entry {name:?} {what}"))
    }
}

fn malformed(what: &str) -> Malformed {
    Malformed(what.to_owned())
}

/// What the end of an archive says of its directory.
struct Told {
    entries: u64,
    size: u64,
    offset: u64,
    /// Where the end record of Zip64 lies, and where its locator says that it does.
    zip64: Option<(Range<usize>, u64)>,
}

/// The place of the end record. It is the last one, and only its comment follows.
fn end_record(bytes: &[u8]) -> Result<usize, Malformed> {
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
fn told(bytes: &[u8], end: usize) -> Result<Told, Malformed> {
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

/// Bytes with numbers in them, the lowest byte first.
#[derive(Clone, Copy)]
struct Record<'a>(&'a [u8]);

impl<'a> Record<'a> {
    fn part(self, at: usize, length: usize) -> Option<&'a [u8]> {
        self.0.get(at..at.checked_add(length)?)
    }

    fn u16(self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes(self.0.get(at..)?.first_chunk().copied()?))
    }

    fn u32(self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.0.get(at..)?.first_chunk().copied()?))
    }

    fn u64(self, at: usize) -> Option<u64> {
        Some(u64::from_le_bytes(self.0.get(at..)?.first_chunk().copied()?))
    }

    /// The whole length of a record of the directory.
    fn central_length(self) -> Option<usize> {
        let varying = [28, 30, 32].map(|at| self.u16(at).map(usize::from));
        let [Some(name), Some(extra), Some(comment)] = varying else { return None };
        (self.u32(0) == Some(CENTRAL)).then_some(CENTRAL_BYTES + name + extra + comment)
    }

    /// Where the content begins after a local header, if that is the header of such an entry; or else what is
    /// wrong.
    fn is_header_of(
        self,
        entry: &Entry<'_>,
        central: (u16, u16),
        packed: u64,
    ) -> Result<usize, &'static str> {
        const CUT: &str = "has a local header that is cut off";
        let (Some(flags), Some(method), Some(crc)) = (self.u16(6), self.u16(8), self.u32(14)) else {
            return Err(CUT);
        };
        let (Some(name_bytes), Some(extra_bytes)) = (self.u16(26), self.u16(28)) else { return Err(CUT) };
        let (name_bytes, extra_bytes) = (usize::from(name_bytes), usize::from(extra_bytes));
        if self.u32(0) != Some(LOCAL) {
            return Err("has no local header where the directory says");
        }
        if self.part(LOCAL_BYTES, name_bytes) != Some(entry.name) {
            return Err("has another name in its local header");
        }
        if (flags & (UNREADABLE | DESCRIBED_LATER), method)
            != (central.0 & (UNREADABLE | DESCRIBED_LATER), central.1)
        {
            return Err("has other flags or another method in its local header");
        }
        if flags & DESCRIBED_LATER == 0 {
            let mut large = Large::of(self.part(LOCAL_BYTES + name_bytes, extra_bytes).ok_or(CUT)?);
            let sizes = self
                .u32(22)
                .and_then(|size| large.or(size))
                .zip(self.u32(18).and_then(|packed| large.or(packed)));
            if crc != entry.crc || sizes != Some((entry.size, packed)) {
                return Err("has other sizes or another checksum in its local header");
            }
        }
        Ok(LOCAL_BYTES + name_bytes + extra_bytes)
    }
}

/// The numbers of Zip64 in an extra field, which stand in for those that are too large for their places.
struct Large<'a> {
    left: Record<'a>,
}

impl<'a> Large<'a> {
    const ID: u16 = 1;

    /// Of all extra fields of an entry. One that does not fit hides those behind it, and is none.
    fn of(mut extra: &'a [u8]) -> Self {
        while let Some((id, length)) = Record(extra).u16(0).zip(Record(extra).u16(2)) {
            let Some(field) = Record(extra).part(4, length.into()) else { break };
            if id == Self::ID {
                return Self { left: Record(field) };
            }
            extra = &extra[4 + field.len()..];
        }
        Self { left: Record(&[]) }
    }

    /// A number of its own, or the next one here.
    fn or(&mut self, number: u32) -> Option<u64> {
        if number != u32::MAX {
            return Some(number.into());
        }
        let large = self.left.u64(0)?;
        self.left = Record(&self.left.0[8..]);
        Some(large)
    }

    fn disk_or(&self, number: u16) -> Option<u32> {
        if number == u16::MAX { self.left.u32(0) } else { Some(number.into()) }
    }
}
