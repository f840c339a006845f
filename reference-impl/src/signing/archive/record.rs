//! The records of an archive, and the numbers in them.

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

/// Bytes with numbers in them, the lowest byte first.
#[derive(Clone, Copy)]
pub(super) struct Record<'a>(pub(super) &'a [u8]);

impl<'a> Record<'a> {
    pub(super) fn part(self, at: usize, length: usize) -> Option<&'a [u8]> {
        self.0.get(at..at.checked_add(length)?)
    }

    pub(super) fn u16(self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes(self.0.get(at..)?.first_chunk().copied()?))
    }

    pub(super) fn u32(self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.0.get(at..)?.first_chunk().copied()?))
    }

    pub(super) fn u64(self, at: usize) -> Option<u64> {
        Some(u64::from_le_bytes(self.0.get(at..)?.first_chunk().copied()?))
    }

    /// The whole length of a record of the directory.
    pub(super) fn central_length(self) -> Option<usize> {
        let varying = [28, 30, 32].map(|at| self.u16(at).map(usize::from));
        let [Some(name), Some(extra), Some(comment)] = varying else { return None };
        (self.u32(0) == Some(CENTRAL)).then_some(CENTRAL_BYTES + name + extra + comment)
    }
}

/// The numbers of Zip64 in an extra field, which stand in for those that are too large for their places.
pub(super) struct Large<'a> {
    left: Record<'a>,
}

impl<'a> Large<'a> {
    const ID: u16 = 1;

    /// Of all extra fields of an entry. One that does not fit hides those behind it, and is none.
    pub(super) fn of(mut extra: &'a [u8]) -> Self {
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
    pub(super) fn or(&mut self, number: u32) -> Option<u64> {
        if number != u32::MAX {
            return Some(number.into());
        }
        let large = self.left.u64(0)?;
        self.left = Record(&self.left.0[8..]);
        Some(large)
    }

    pub(super) fn disk_or(&self, number: u16) -> Option<u32> {
        if number == u16::MAX { self.left.u32(0) } else { Some(number.into()) }
    }
}
