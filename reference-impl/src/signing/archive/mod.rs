//! What a Lambda job writes: the archive that came, byte for byte, and one more entry with the signature.
//!
//! - `layout`: where everything lies in the archive that came; `end`: what its end says of it; `record`: the
//!   records of both.
//! - `append`: the same bytes with entries added.

mod append;
mod end;
mod layout;
mod malformed;
mod record;

use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use sha2::{Digest as _, Sha384};

use crate::freedoms::FreedomId;
use crate::signing::archive::layout::{Entry, Layout, Packing};
use crate::signing::archive::malformed::Malformed;
use crate::signing::cms::MessagePlan;
use crate::signing::signer::Signer;
use crate::signing::unsigned::Unsigned;
use crate::store::job::Job;

const FOLDER: &[u8] = b"META_INF/";

const SIGNATURE: &[u8] = b"META_INF/aws_signer_signature_v1.0.SF";

/// A stream can be made that takes long to unpack to little; a package of Lambda's takes seconds.
const LONGEST: Duration = Duration::from_mins(1);

/// An archive, and the signature that will be added to it.
pub(crate) struct ArchivePlan<'a> {
    pub(crate) layout: Layout<'a>,
    has_folder: bool,
    /// Over names and contents.
    pub(crate) digest: [u8; 48],
    pub(crate) message: MessagePlan,
    /// Whether its entries get other times.
    is_packed_anew: bool,
}

impl<'a> ArchivePlan<'a> {
    pub(super) fn of(signer: &Signer, job: &Job, source: &'a [u8]) -> Result<Self, Unsigned> {
        if source.is_empty() {
            return Err(Unsigned("The source object is empty".to_owned()));
        }
        let layout = Layout::read(source)?;
        if layout.entries.is_empty() {
            return Err(Unsigned("The source archive is empty".to_owned()));
        }
        if layout.entries.iter().any(|entry| entry.name == SIGNATURE) {
            return Err(Unsigned("The source archive already has a signature".to_owned()));
        }
        fits(&layout, job.platform.max_size_in_mb)?;
        let has_folder = layout.entries.iter().any(|entry| entry.name == FOLDER);
        let digest = digest(&layout, has_folder, Instant::now() + LONGEST)?;
        let message = MessagePlan::of(signer, job)?;
        let is_packed_anew = signer.freedoms.is(FreedomId::ArchiveKept, "anew");
        Ok(Self { layout, has_folder, digest, message, is_packed_anew })
    }

    /// The digest of the archive as its layout is now.
    pub(crate) fn digest_again(&mut self) -> Result<(), Unsigned> {
        self.digest = digest(&self.layout, self.has_folder, Instant::now() + LONGEST)?;
        Ok(())
    }

    pub(super) fn sign(&self) -> Result<Vec<u8>, Unsigned> {
        let signature = self.message.sign(&self.digest)?;
        let added = [(FOLDER, &b""[..]), (SIGNATURE, signature.as_bytes())];
        let added = if self.has_folder { &added[1..] } else { &added };
        Ok(append::with_entries(&self.layout, added, self.is_packed_anew))
    }
}

impl From<Malformed> for Unsigned {
    fn from(Malformed(what): Malformed) -> Self {
        Self(format!("The source archive is malformed: {what}"))
    }
}

/// What Lambda cannot take when it is unpacked is not unpacked here: its quota is the same for a package as
/// it comes and as it is unpacked.
fn fits(layout: &Layout<'_>, max_mb: u32) -> Result<(), Unsigned> {
    let unpacked = layout.entries.iter().fold(0, |bytes: u64, entry| bytes.saturating_add(entry.size));
    if unpacked > u64::from(max_mb) << 20 {
        return Err(Unsigned(format!(
            "The source archive unpacks to {unpacked} bytes, and Lambda takes at most {max_mb} MB"
        )));
    }
    Ok(())
}

/// Over all names and contents in the order of the directory, as they are when unpacked: how they were
/// packed, and when, does not count. The folder of the signature counts, whether it was there or is added.
fn digest(layout: &Layout<'_>, has_folder: bool, until: Instant) -> Result<[u8; 48], Unsigned> {
    let mut hash = Sha384::new();
    for entry in &layout.entries {
        hash.update(entry.name);
        unpack(entry, until, |part| hash.update(part))?;
    }
    if !has_folder {
        hash.update(FOLDER);
    }
    Ok(hash.finalize().into())
}

/// Gives the content part by part; it must be what the directory says.
fn unpack(entry: &Entry<'_>, until: Instant, mut each: impl FnMut(&[u8])) -> Result<(), Unsigned> {
    let packed = Timed { left: entry.packed, until };
    let mut content: Box<dyn Read> = match entry.packing {
        Packing::Stored => Box::new(packed),
        Packing::Deflated => Box::new(DeflateDecoder::new(packed)),
    };
    let (mut crc, mut bytes, mut buffer) = (Crc::new(), 0_u64, [0; 16 << 10]);
    loop {
        let part = match content.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => &buffer[..length],
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                return Err(Unsigned(format!(
                    "The source archive takes longer than {} s to unpack",
                    LONGEST.as_secs()
                )));
            }
            Err(_) => return Err(entry.malformed("cannot be unpacked").into()),
        };
        bytes += part.len() as u64;
        if bytes > entry.size {
            return Err(entry.malformed("unpacks to more than the directory says").into());
        }
        crc.update(part);
        each(part);
    }
    if bytes < entry.size {
        return Err(entry.malformed("unpacks to less than the directory says").into());
    }
    if crc.sum() != entry.crc {
        return Err(entry
            .malformed("unpacks to something else than the directory says: the checksums differ")
            .into());
    }
    Ok(())
}

/// Bytes that can be read until then.
struct Timed<'a> {
    left: &'a [u8],
    until: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() > self.until {
            return Err(ErrorKind::TimedOut.into());
        }
        self.left.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::LONGEST;
    use super::digest;
    use crate::signing::archive::layout::Layout;
    use crate::signing::archive::malformed::Malformed;
    use crate::signing::unsigned::Unsigned;
    use std::time::Instant;

    /// One entry, `a`, which is stored and holds `x`.
    const ONE: &[u8] = include_bytes!("one.zip");

    #[test]
    fn unpacking_ends_when_its_time_is_over() -> Result<(), Malformed> {
        let layout = Layout::read(ONE)?;
        let now = Instant::now();
        assert!(digest(&layout, false, now + LONGEST).is_ok());
        let late = digest(&layout, false, now).expect_err("the time is over");
        assert_eq!(late, Unsigned("The source archive takes longer than 60 s to unpack".to_owned()));
        Ok(())
    }
}
