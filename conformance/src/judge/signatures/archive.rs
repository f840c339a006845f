//! Signed archives: what is in them, and the digest that stands for it.

use std::io::Read as _;

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipSliceArchive};
use ring::digest::{Context, SHA384};

use crate::judge::signatures::{Wrong, wrong};

/// The entry that holds the signature.
pub(crate) const SIGNATURE: &str = "META_INF/aws_signer_signature_v1.0.SF";
const FOLDER: &[u8] = b"META_INF/";
/// The most that is unpacked of an archive: far more than what a run has signed, which is small.
const MOST_BYTES: u64 = 64 << 20;

/// The name of an entry, and what is in it.
pub(crate) type Entry = (Vec<u8>, Vec<u8>);

/// The entries in the order of the archive's directory, unpacked.
pub(crate) fn entries(archive: &[u8]) -> Result<Vec<Entry>, Wrong> {
    let archive = ZipArchive::from_slice(archive).map_err(|error| wrong("no archive")(&error))?;
    let mut directory = archive.entries();
    let mut entries = Vec::new();
    let mut left = MOST_BYTES;
    while let Some(entry) = directory.next_entry().map_err(|error| wrong("directory")(&error))? {
        let name = entry.file_path().as_ref().to_vec();
        let shown = String::from_utf8_lossy(&name).into_owned();
        let packed = archive.get_entry(entry.wayfinder()).map_err(|error| wrong(&shown)(&error))?;
        let mut content = Vec::new();
        let read = match entry.compression_method() {
            CompressionMethod::STORE => {
                packed.verifying_reader(packed.data()).take(left + 1).read_to_end(&mut content)
            }
            CompressionMethod::DEFLATE => packed
                .verifying_reader(DeflateDecoder::new(packed.data()))
                .take(left + 1)
                .read_to_end(&mut content),
            method => return Err(format!("{shown} is packed by method {method:?}")),
        };
        let bytes = read.map_err(|error| wrong(&shown)(&error))? as u64;
        // Entries may share what they unpack to, so that a small archive has no end.
        left = left
            .checked_sub(bytes)
            .ok_or_else(|| format!("it unpacks to more than {} MB", MOST_BYTES >> 20))?;
        entries.push((name, content));
    }
    Ok(entries)
}

/// Whether an entry is one that signing adds.
pub(crate) fn is_added(name: &[u8]) -> bool {
    name == SIGNATURE.as_bytes() || name == FOLDER
}

/// Whether a signed archive is the one that came, byte for byte, but for what was added to it and to its
/// directory.
pub(crate) fn is_what_came(source: &[u8], signed: &[u8]) -> bool {
    let read = |archive| Some((ZipArchive::from_slice(archive).ok()?, archive));
    let (Some((came, source)), Some((went, signed))) = (read(source), read(signed)) else { return false };
    let place = |archive: &ZipSliceArchive<&[u8]>| {
        let [directory, end] = [archive.directory_offset(), archive.eocd_offset()].map(usize::try_from);
        Some((directory.ok()?, end.ok()?))
    };
    let (Some((begins, ends)), Some((goes_on, _))) = (place(&came), place(&went)) else { return false };
    let directory = source.get(begins..ends);
    let same_directory = directory
        .is_some_and(|directory| signed.get(goes_on..).is_some_and(|rest| rest.starts_with(directory)));
    signed.get(..begins) == source.get(..begins) && same_directory && came.comment() == went.comment()
}

/// The digest of all entries but the signature: names and contents in their order. The folder of the
/// signature counts even if the archive does not list it.
pub(crate) fn digest(entries: &[Entry]) -> Vec<u8> {
    let mut hash = Context::new(&SHA384);
    for (name, content) in entries.iter().filter(|(name, _)| name != SIGNATURE.as_bytes()) {
        hash.update(name);
        hash.update(content);
    }
    if !entries.iter().any(|(name, _)| name == FOLDER) {
        hash.update(FOLDER);
    }
    hash.finish().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, entries, is_what_came};
    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use std::io::Write as _;

    const SEVERAL: &[u8] = include_bytes!("../../../fixtures/several.zip");

    #[test]
    fn an_archive_without_end_is_read_up_to_a_limit() {
        let content = vec![0; usize::try_from(MOST_BYTES).expect("it fits") + 1];
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&content).expect("into memory");
        let packed = encoder.finish().expect("into memory");
        let mut crc = flate2::Crc::new();
        crc.update(&content);
        let size = |bytes: usize| u32::try_from(bytes).expect("it fits").to_le_bytes();
        let head = [
            &b"\x14\0\0\0\x08\0\0\0\0\0"[..],
            &crc.sum().to_le_bytes(),
            &size(packed.len()),
            &size(content.len()),
        ]
        .concat();
        let local = [&b"PK\x03\x04"[..], &head, b"\x01\0\0\0a", &packed].concat();
        let record = [&b"PK\x01\x02\x14\0"[..], &head, b"\x01\0", &[0; 16], b"a"].concat();
        let end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &size(record.len()), &size(local.len()), b"\0\0"]
            .concat();
        let error = entries(&[local, record, end].concat()).expect_err("it is too large");
        assert_eq!(error, "it unpacks to more than 64 MB");
    }

    #[test]
    fn any_byte_that_is_another_one_is_noticed_in_what_came() {
        assert!(is_what_came(SEVERAL, SEVERAL));
        for at in 0..SEVERAL.len() - 32 {
            let mut signed = SEVERAL.to_vec();
            signed[at] ^= 1;
            assert!(!is_what_came(SEVERAL, &signed), "byte {at}");
        }
        let without_comment = [&SEVERAL[..SEVERAL.len() - 12], b"\0\0"].concat();
        assert!(!is_what_came(SEVERAL, &without_comment));
    }
}
