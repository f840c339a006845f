//! What is signed holds all that came.

use std::io::{Cursor, Read as _, Write as _};
use std::process::Command;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use zip::write::{ExtendedFileOptions, FileOptions, SimpleFileOptions};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{SIGNATURE, lambda, parts, sign};
use crate::archives::pieces::{Piece, with, zip, zip64};
use crate::server::archive;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn whatever_tool_made_an_archive_all_of_it_is_there_after_signing() {
    let server = lambda().await;
    let code = || Piece::deflated("index.js", &b"the code, at some length ".repeat(40));
    let text = || Piece::stored("a.txt", b"plain");
    let folder = || with(Piece::stored("lib/", b""), |piece| piece.attributes = 0o040_755 << 16 | 16);
    let link = || with(Piece::stored("link", b"index.js"), |piece| piece.attributes = 0o120_777 << 16);
    let time = b"UT\x05\0\x03\0\0\0\x5e".to_vec();
    let times = |piece: Piece| with(piece, |piece| piece.extra = [time.clone(), time.clone()]);
    let many: Vec<Piece> = (0..70_000).map(|index| Piece::stored(&format!("{index}"), b"")).collect();
    let edge = |entries: usize| zip(b"", true, &many[..entries], b"");
    let jar = [
        Piece::stored("META-INF/", b""),
        Piece::deflated("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n"),
    ];
    let unlisted = zip(b"", true, &[Piece::stored("hidden", b"not in the directory")], b"")[..56].to_vec();
    let noise: Vec<u8> =
        (0..3_000_000_u32).flat_map(|index| index.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let own_folder = [Piece::stored("META_INF/", b""), code()];
    let sources: Vec<(&str, Vec<u8>)> = vec![
        ("stored", zip(b"", true, &[text()], b"")),
        ("deflated", zip(b"", true, &[code()], b"")),
        ("both, with a folder and a link", zip(b"", true, &[folder(), code(), text(), link()], b"")),
        ("sizes after the content", zip(b"", true, &[code().later(), text()], b"")),
        ("sizes in Zip64", zip(b"", true, &[code().large(), text().large()], b"")),
        ("ends of Zip64 beside plain ones", zip64(&[code()], b"", false)),
        ("ends of Zip64 alone", zip64(&[code(), text()], b"", true)),
        ("an extension of Zip64", zip64(&[code().large()], b"\x01\0\x04\0\0\0data", true)),
        ("one entry less than Zip64 needs", edge(65_532)),
        ("as many as make Zip64 necessary", edge(65_533)),
        ("the most without Zip64", edge(65_534)),
        ("a jar", zip(b"", true, &jar, b"")),
        (
            "a name of Unicode",
            zip(
                b"",
                true,
                &[with(Piece::stored("gr\u{fc}\u{df}e.txt", b"x"), |piece| piece.flags = 1 << 11)],
                b"",
            ),
        ),
        (
            "a name of another code page",
            zip(b"", true, &[with(text(), |piece| piece.name = b"gr\x81\xe1e".to_vec())], b""),
        ),
        ("attributes of DOS", zip(b"", true, &[with(text(), |piece| piece.attributes = 1)], b"")),
        ("setuid", zip(b"", true, &[with(text(), |piece| piece.attributes = 0o104_755 << 16)], b"")),
        ("extra fields", zip(b"", true, &[times(code()), times(text())], b"")),
        (
            "comments of entries",
            zip(b"", true, &[with(text(), |piece| piece.comment = b"of the entry".to_vec())], b""),
        ),
        ("a comment", zip(b"", true, &[code()], b"of the archive")),
        ("the longest comment", zip(b"", true, &[text()], &[b'c'; 65_535])),
        ("something before it, counted", zip(b"#!/bin/sh\nexit\n", true, &[code(), text()], b"")),
        ("something before it, not counted", zip(b"#!/bin/sh\nexit\n", false, &[code(), text()], b"")),
        ("a gap", zip(b"", true, &[text(), with(code(), |piece| piece.gap = b"nothing".to_vec())], b"")),
        (
            "an entry that is not listed",
            zip(b"", true, &[text(), with(code(), |piece| piece.gap = unlisted)], b""),
        ),
        (
            "names that lead outside",
            zip(b"", true, &[Piece::stored("../../etc/passwd", b"x"), Piece::stored("/abs", b"y")], b""),
        ),
        ("the folder of the signature", zip(b"", true, &own_folder, b"")),
        ("an empty file", zip(b"", true, &[Piece::stored("empty", b""), Piece::deflated("also", b"")], b"")),
        ("an archive in it", zip(b"", true, &[Piece::stored("inner.zip", &archive(&[("a", "b")]))], b"")),
        ("12 MB", zip(b"", true, &[Piece::stored("noise", &noise)], b"")),
    ];
    for (number, (what, source)) in sources.iter().enumerate() {
        let (job, signed) = sign(&server, source, &format!("kept-{number}")).await;
        assert_eq!(job["status"], "Succeeded", "{what}: {job}");
        has_kept(what, source, &signed);
    }
    // Readers disagree about these, or make one entry of two; the bytes are what counts.
    let twice = zip(b"", true, &[Piece::stored("twice", b"1"), Piece::stored("twice", b"22"), code()], b"");
    let most = zip64(&many, b"", true);
    for (what, source) in [("a name twice", twice), ("70,000 entries", most)] {
        let (job, signed) = sign(&server, &source, what).await;
        assert_eq!(job["status"], "Succeeded", "{what}: {job}");
        let ((start, records, comment), (_, new_records, new_comment)) = (parts(&source), parts(&signed));
        assert!(
            signed[..start] == source[..start] && new_records.starts_with(records) && comment == new_comment,
            "{what}"
        );
        again(what, &signed);
    }
}

#[tokio::test]
async fn any_archive_of_another_writer_is_kept() {
    let server = lambda().await;
    for seed in 0..60 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut out = b"something before the archive".repeat(random.random_range(0..3));
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..random.random_range(1..12) {
            let method =
                if random.random() { CompressionMethod::Stored } else { CompressionMethod::Deflated };
            let when = DateTime::from_date_and_time(random.random_range(1980..2107), 5, 17, 12, 34, 56)
                .expect("a time");
            let mut options: FileOptions<'_, '_, ExtendedFileOptions> = FileOptions::default();
            options = options.compression_method(method).last_modified_time(when).large_file(random.random());
            if random.random() {
                options = options.unix_permissions(random.random_range(0..0o1000));
            }
            if random.random() {
                options.add_extra_field(0x5455, b"\x01\0\0\0\x5e", random.random()).expect("a field");
            }
            let name = format!("d{}/f\u{e9}-{index}", random.random_range(0..3));
            match random.random_range(0..5) {
                0 => writer.add_directory(name, SimpleFileOptions::default()).expect("a folder"),
                1 => writer.add_symlink(name, "../target", SimpleFileOptions::default()).expect("a link"),
                _ => {
                    writer.start_file(name, options).expect("a file");
                    let content = vec![random.random::<u8>(); random.random_range(0..5_000)];
                    writer.write_all(&content).expect("its content");
                }
            }
        }
        if random.random() {
            writer.set_comment("a comment").expect("a comment");
        }
        out.extend(writer.finish().expect("an archive").into_inner());
        let (job, signed) = sign(&server, &out, &format!("random-{seed}")).await;
        assert_eq!(job["status"], "Succeeded", "seed {seed}: {job}");
        has_kept(&format!("seed {seed}"), &out, &signed);
    }
}

/// All that came is there, and the entries of the signature are all that is new; other programs can read it.
#[track_caller]
fn has_kept(what: &str, source: &[u8], signed: &[u8]) {
    let ((start, records, comment), (new_start, new_records, new_comment)) = (parts(source), parts(signed));
    assert!(signed[..start] == source[..start], "{what}: a byte before the directory has changed");
    assert!(new_records.starts_with(records), "{what}: the directory has changed");
    assert_eq!(new_comment, comment, "{what}");
    let added = &signed[start..new_start];
    let count = |bytes: &[u8]| bytes.windows(4).filter(|window| *window == b"PK\x03\x04").count();
    let had_folder = records
        .windows(9 + 46)
        .any(|window| window.starts_with(b"PK\x01\x02") && window.ends_with(b"META_INF/"));
    assert_eq!(count(added), if had_folder { 1 } else { 2 }, "{what}: entries were added");
    let mut before = ZipArchive::new(Cursor::new(source)).unwrap_or_else(|error| panic!("{what}: {error}"));
    let mut after = ZipArchive::new(Cursor::new(signed)).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(after.len(), before.len() + count(added), "{what}");
    for index in (0..before.len()).step_by(1 + before.len() / 500) {
        let (mut content, mut same) = (Vec::new(), Vec::new());
        before
            .by_index(index)
            .expect("an entry")
            .read_to_end(&mut content)
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        after
            .by_index(index)
            .expect("an entry")
            .read_to_end(&mut same)
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(content == same, "{what}: entry {index}");
    }
    let mut signature = String::new();
    after.by_name(SIGNATURE).expect("the signature").read_to_string(&mut signature).expect("text");
    assert!(signature.starts_with("-----BEGIN PKCS7-----\n"), "{what}");
    again(what, signed);
}

/// `unzip` finds nothing wrong, where it is installed; it warns where something lies before an archive.
#[track_caller]
fn again(what: &str, signed: &[u8]) {
    let folder = crate::process::Folder::new();
    let file = folder.path().join("signed.zip");
    std::fs::write(&file, signed).expect("a file");
    if let Ok(told) = Command::new("unzip").args(["-tqq"]).arg(&file).output() {
        assert!(
            matches!(told.status.code(), Some(0 | 1)),
            "{what}: {}",
            String::from_utf8_lossy(&told.stdout)
        );
    }
}
