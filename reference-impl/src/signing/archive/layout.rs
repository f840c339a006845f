//! Where everything lies in an archive. What two readers could take for two different archives is malformed:
//! one of them would be signed, and the other one unpacked.

use std::ops::Range;

use crate::signing::archive::end::{end_record, told};
use crate::signing::archive::malformed::{Malformed, malformed};
use crate::signing::archive::record::{CENTRAL_BYTES, LOCAL, LOCAL_BYTES, Large, Record};

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

/// Far more than a package has, and little enough to keep where each of them is.
const MAX_ENTRIES: u64 = 1 << 18;

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
            entry.content_after(local, (flags, method), packed).map_err(|what| entry.malformed(what))?;
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
    /// Where the content begins after a local header, if that is the header of such an entry; or else what is
    /// wrong.
    fn content_after(
        &self,
        local: Record<'_>,
        central: (u16, u16),
        packed: u64,
    ) -> Result<usize, &'static str> {
        const CUT: &str = "has a local header that is cut off";
        let (Some(flags), Some(method), Some(crc)) = (local.u16(6), local.u16(8), local.u32(14)) else {
            return Err(CUT);
        };
        let (Some(name_bytes), Some(extra_bytes)) = (local.u16(26), local.u16(28)) else { return Err(CUT) };
        let (name_bytes, extra_bytes) = (usize::from(name_bytes), usize::from(extra_bytes));
        if local.u32(0) != Some(LOCAL) {
            return Err("has no local header where the directory says");
        }
        if local.part(LOCAL_BYTES, name_bytes) != Some(self.name) {
            return Err("has another name in its local header");
        }
        if (flags & (UNREADABLE | DESCRIBED_LATER), method)
            != (central.0 & (UNREADABLE | DESCRIBED_LATER), central.1)
        {
            return Err("has other flags or another method in its local header");
        }
        if flags & DESCRIBED_LATER == 0 {
            let mut large = Large::of(local.part(LOCAL_BYTES + name_bytes, extra_bytes).ok_or(CUT)?);
            let sizes = local
                .u32(22)
                .and_then(|size| large.or(size))
                .zip(local.u32(18).and_then(|packed| large.or(packed)));
            if crc != self.crc || sizes != Some((self.size, packed)) {
                return Err("has other sizes or another checksum in its local header");
            }
        }
        Ok(LOCAL_BYTES + name_bytes + extra_bytes)
    }

    /// What is wrong with it.
    pub(super) fn malformed(&self, what: &str) -> Malformed {
        let name: String = String::from_utf8_lossy(self.name).chars().take(80).collect();
        malformed(&format!("its entry {name:?} {what}"))
    }
}
