//! Signed archives: what is in them, and the digest that stands for it.

use std::io::Read as _;

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive};
use ring::digest::{Context, SHA384};

use super::{Wrong, wrong};

/// The entry that holds the signature.
pub(crate) const SIGNATURE: &str = "META_INF/aws_signer_signature_v1.0.SF";
const FOLDER: &[u8] = b"META_INF/";

/// The name of an entry, and what is in it.
pub(crate) type Entry = (Vec<u8>, Vec<u8>);

/// The entries in the order of the archive's directory, unpacked.
pub(crate) fn entries(archive: &[u8]) -> Result<Vec<Entry>, Wrong> {
    let archive = ZipArchive::from_slice(archive).map_err(|error| wrong("no archive")(&error))?;
    let mut directory = archive.entries();
    let mut entries = Vec::new();
    while let Some(entry) = directory.next_entry().map_err(|error| wrong("directory")(&error))? {
        let name = entry.file_path().as_ref().to_vec();
        let shown = String::from_utf8_lossy(&name).into_owned();
        let packed = archive.get_entry(entry.wayfinder()).map_err(|error| wrong(&shown)(&error))?;
        let mut content = Vec::new();
        let read = match entry.compression_method() {
            CompressionMethod::STORE => packed.verifying_reader(packed.data()).read_to_end(&mut content),
            CompressionMethod::DEFLATE => packed.verifying_reader(DeflateDecoder::new(packed.data())).read_to_end(&mut content),
            method => return Err(format!("{shown} is packed by method {method:?}")),
        };
        read.map_err(|error| wrong(&shown)(&error))?;
        entries.push((name, content));
    }
    Ok(entries)
}

/// The digest of all entries but the signature: names and contents in their order. The folder of the signature counts even
/// if the archive does not list it.
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
