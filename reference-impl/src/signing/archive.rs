//! What a Lambda job writes: the archive as it was, and one more entry with the signature.

use super::{Signer, Unsigned, cms};
use crate::faults::{FaultId, Faults};
use crate::store::Job;
use sha2::{Digest as _, Sha384};
use std::io::{self, Cursor, Write as _};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const FOLDER: &str = "META_INF/";
const SIGNATURE: &str = "META_INF/aws_signer_signature_v1.0.SF";

pub(super) fn sign(signer: &Signer, job: &Job, source: &[u8], faults: Faults) -> Result<Vec<u8>, Unsigned> {
    if source.is_empty() {
        return Err(Unsigned("The source object is empty".to_owned()));
    }
    let mut archive = match ZipArchive::new(Cursor::new(source)) {
        Ok(archive) => archive,
        Err(_) if faults.has(FaultId::ArchiveMalformedAccepted) => return Ok(source.to_vec()),
        Err(error) => return Err(malformed(&error)),
    };
    if archive.is_empty() {
        return Err(Unsigned("The source archive is empty".to_owned()));
    }
    let is_signed = archive.index_for_name(SIGNATURE).is_some();
    if is_signed && faults.has(FaultId::ArchiveSignedTwice) {
        return Ok(source.to_vec());
    }
    if is_signed {
        return Err(Unsigned("The source archive already has a signature".to_owned()));
    }
    let has_folder = archive.index_for_name(FOLDER).is_some();
    let digest = digest(&mut archive, has_folder).map_err(|error| malformed(&error))?;
    let packed: [u8; 48] = Sha384::digest(source).into();
    let digest = if faults.has(FaultId::ArchiveDigestPacked) { packed } else { digest };
    let signature = cms::sign(signer, job, &digest, faults)?;
    if faults.has(FaultId::ArchiveUnsigned) {
        return Ok(source.to_vec());
    }
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
