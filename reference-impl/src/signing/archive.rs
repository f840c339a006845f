//! What a Lambda job writes: the archive as it was, and one more entry with the signature.

use super::{Signer, Unsigned, cms};
use crate::store::Job;
use sha2::{Digest as _, Sha384};
use std::io::{self, Cursor, Write as _};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const FOLDER: &str = "META_INF/";
const SIGNATURE: &str = "META_INF/aws_signer_signature_v1.0.SF";

pub(super) fn sign(signer: &Signer, job: &Job, source: &[u8]) -> Result<Vec<u8>, Unsigned> {
    if source.is_empty() {
        return Err(Unsigned("The source object is empty".to_owned()));
    }
    let mut archive = ZipArchive::new(Cursor::new(source)).map_err(|error| malformed(&error))?;
    if archive.is_empty() {
        return Err(Unsigned("The source archive is empty".to_owned()));
    }
    if archive.index_for_name(SIGNATURE).is_some() {
        return Err(Unsigned("The source archive already has a signature".to_owned()));
    }
    let has_folder = archive.index_for_name(FOLDER).is_some();
    let digest = digest(&mut archive, has_folder).map_err(|error| malformed(&error))?;
    let signature = cms::sign(signer, job, &digest)?;
    let unwritten = |error: ZipError| Unsigned(format!("The signed archive could not be written: {error}"));
    write(&mut archive, has_folder, signature.as_bytes()).map_err(unwritten)
}

fn malformed(error: &ZipError) -> Unsigned {
    Unsigned(format!("The source archive is malformed: {error}"))
}

/// Over all names and contents in the order of the archive, as they are when unpacked: how they were packed, and when, does
/// not count. The folder of the signature counts, whether it was there or is added.
fn digest(archive: &mut ZipArchive<Cursor<&[u8]>>, has_folder: bool) -> Result<[u8; 48], ZipError> {
    let mut hash = Sha384::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        hash.update(entry.name_raw());
        io::copy(&mut entry, &mut hash)?;
    }
    if !has_folder {
        hash.update(FOLDER);
    }
    Ok(hash.finalize().into())
}

fn write(archive: &mut ZipArchive<Cursor<&[u8]>>, has_folder: bool, signature: &[u8]) -> Result<Vec<u8>, ZipError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        writer.raw_copy_file(archive.by_index_raw(index)?)?;
    }
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    if !has_folder {
        writer.add_directory(FOLDER, options)?;
    }
    writer.start_file(SIGNATURE, options)?;
    writer.write_all(signature)?;
    Ok(writer.finish()?.into_inner())
}
