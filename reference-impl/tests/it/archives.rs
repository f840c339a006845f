//! Archives of all sorts of tools, and malformed ones: signed without a change to what came, or refused in
//! words.

use crate::server::{LAMBDA, Server, archive, start_body};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;
use std::io::{Cursor, Read as _, Write as _};
use std::process::Command;
use zip::write::{ExtendedFileOptions, FileOptions, SimpleFileOptions};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

const SIGNATURE: &str = "META_INF/aws_signer_signature_v1.0.SF";
/// Size and checksum come after the content.
const LATER: u16 = 1 << 3;

/// An entry, byte by byte.
#[derive(Clone)]
struct Piece {
    name: Vec<u8>,
    /// As the headers say; what the local header says and what the directory says.
    sizes: [(u32, u32); 2],
    packed: Vec<u8>,
    crc: u32,
    flags: u16,
    method: u16,
    /// Of the local header and of the directory.
    extra: [Vec<u8>; 2],
    comment: Vec<u8>,
    attributes: u32,
    /// What lies before the local header.
    gap: Vec<u8>,
    /// The place of the local header, if it is not where the entry is written.
    offset: Option<u32>,
    /// What follows the content.
    after: Vec<u8>,
}

fn crc(content: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    crc.sum()
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("into memory");
    encoder.finish().expect("into memory")
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a small archive")
}

impl Piece {
    fn stored(name: &str, content: &[u8]) -> Self {
        let sizes = (size(content.len()), size(content.len()));
        Self {
            name: name.as_bytes().to_vec(),
            sizes: [sizes; 2],
            packed: content.to_vec(),
            crc: crc(content),
            flags: 0,
            method: 0,
            extra: [Vec::new(), Vec::new()],
            comment: Vec::new(),
            attributes: 0,
            gap: Vec::new(),
            offset: None,
            after: Vec::new(),
        }
    }

    fn deflated(name: &str, content: &[u8]) -> Self {
        let packed = deflated(content);
        let sizes = (size(packed.len()), size(content.len()));
        Self { sizes: [sizes; 2], packed, method: 8, ..Self::stored(name, content) }
    }

    /// The same with its sizes and its checksum behind its content.
    fn later(mut self) -> Self {
        self.flags |= LATER;
        self.sizes[0] = (0, 0);
        let (packed, unpacked) = self.sizes[1];
        let numbers = [0x0807_4b50, self.crc, packed, unpacked];
        self.after = numbers.iter().flat_map(|number: &u32| number.to_le_bytes()).collect();
        self
    }

    /// The same with its sizes in fields of Zip64.
    fn large(mut self) -> Self {
        let (packed, unpacked) = self.sizes[1];
        let mut field = vec![1, 0, 16, 0];
        field.extend(u64::from(unpacked).to_le_bytes());
        field.extend(u64::from(packed).to_le_bytes());
        self.extra = [field.clone(), field];
        self.sizes = [(u32::MAX, u32::MAX); 2];
        self
    }
}

/// The archive of these entries, with something before it, which its offsets count or not, and with a
/// comment.
fn zip(before: &[u8], is_counted: bool, pieces: &[Piece], comment: &[u8]) -> Vec<u8> {
    let mut out = before.to_vec();
    let base = if is_counted { 0 } else { before.len() };
    let mut directory = Vec::new();
    for piece in pieces {
        out.extend(&piece.gap);
        let offset = piece.offset.unwrap_or_else(|| size(out.len() - base));
        let head = |index: usize| {
            let (packed, unpacked) = piece.sizes[index];
            let crc = if index == 0 && piece.flags & LATER != 0 { 0 } else { piece.crc };
            let mut head = Vec::new();
            for number in [20, piece.flags, piece.method, 0x1234, 0x5678] {
                head.extend(number.to_le_bytes());
            }
            for number in [crc, packed, unpacked] {
                head.extend(number.to_le_bytes());
            }
            for length in [piece.name.len(), piece.extra[index].len()] {
                head.extend(&length.to_le_bytes()[..2]);
            }
            head
        };
        out.extend(b"PK\x03\x04");
        for part in
            [head(0), piece.name.clone(), piece.extra[0].clone(), piece.packed.clone(), piece.after.clone()]
        {
            out.extend(part);
        }
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(head(1));
        directory.extend(&piece.comment.len().to_le_bytes()[..2]);
        directory.extend([0; 4]);
        directory.extend(piece.attributes.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        for part in [&piece.name, &piece.extra[1], &piece.comment] {
            directory.extend(part);
        }
    }
    let start = out.len();
    out.extend(&directory);
    out.extend(end(pieces.len(), directory.len(), start - base, comment));
    out
}

fn end(entries: usize, bytes: usize, offset: usize, comment: &[u8]) -> Vec<u8> {
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    for entries in [entries, entries] {
        end.extend(&entries.to_le_bytes()[..2]);
    }
    for number in [bytes, offset] {
        end.extend(&number.to_le_bytes()[..4]);
    }
    end.extend(&comment.len().to_le_bytes()[..2]);
    end.extend(comment);
    end
}

/// The same archive with the end records of Zip64.
fn zip64(pieces: &[Piece], extension: &[u8], is_saturated: bool) -> Vec<u8> {
    let plain = zip(b"", true, pieces, b"of Zip64");
    let at = plain.len() - 22 - 8;
    let number = |from: usize, length: usize| {
        let mut bytes = [0; 8];
        bytes[..length].copy_from_slice(&plain[from..from + length]);
        u64::from_le_bytes(bytes)
    };
    let (entries, bytes, offset) = (pieces.len() as u64, number(at + 12, 4), number(at + 16, 4));
    let mut out = plain[..at].to_vec();
    out.extend(b"PK\x06\x06");
    out.extend((44 + extension.len() as u64).to_le_bytes());
    out.extend([45, 3, 45, 0]);
    out.extend([0; 8]);
    for number in [entries, entries, bytes, offset] {
        out.extend(number.to_le_bytes());
    }
    out.extend(extension);
    out.extend(b"PK\x06\x07\0\0\0\0");
    out.extend((at as u64).to_le_bytes());
    out.extend(1_u32.to_le_bytes());
    let record = out.len();
    out.extend(&plain[at..]);
    if is_saturated {
        out[record + 8..record + 20].fill(0xff);
    }
    out
}

/// Signs an archive; the job, and the object that it wrote.
async fn sign(server: &Server, source: &[u8], token: &str) -> (Value, Vec<u8>) {
    assert_eq!(server.s3("PUT", "/sources/any.zip", source.to_vec()).await.status, 200);
    let started = server.post("/signing-jobs", start_body("lambda", "any.zip", token)).await.ok();
    server.pass_ms(50);
    let job = server.get(&format!("/signing-jobs/{}", started["jobId"].as_str().expect("an id"))).await.ok();
    let object = match job["signedObject"]["s3"]["key"].as_str() {
        Some(key) => server.s3("GET", &format!("/results/{key}"), "").await.bytes.to_vec(),
        None => Vec::new(),
    };
    (job, object)
}

async fn lambda() -> Server {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    server
}

/// Directory and comment of an archive, by its end record.
fn parts(archive: &[u8]) -> (usize, &[u8], &[u8]) {
    let end = archive.windows(4).rposition(|window| window == b"PK\x05\x06").expect("an end record");
    let locator = archive[..end].len().checked_sub(20).filter(|at| archive[*at..].starts_with(b"PK\x06\x07"));
    let long = |at: usize| u64::from_le_bytes(*archive[at..].first_chunk().expect("a number"));
    let (after, bytes) = match locator {
        // Something may lie before the archive, so that the place counts from there.
        Some(at) => {
            let record =
                archive[..at].windows(4).rposition(|window| window == b"PK\x06\x06").expect("a record");
            (record, long(record + 40))
        }
        None => (end, u64::from(u32::from_le_bytes(*archive[end + 12..].first_chunk().expect("a number")))),
    };
    let start = after - usize::try_from(bytes).expect("a length");
    (start, &archive[start..after], &archive[end + 22..])
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

fn with(mut piece: Piece, change: impl FnOnce(&mut Piece)) -> Piece {
    change(&mut piece);
    piece
}

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
#[expect(clippy::too_many_lines, reason = "a table")]
async fn an_archive_that_has_no_one_reading_is_not_signed_and_the_job_says_why() {
    let server = lambda().await;
    let text = || Piece::stored("a.txt", b"plain");
    let code = || Piece::deflated("index.js", &b"the code, at some length ".repeat(40));
    let alone = |piece: Piece| zip(b"", true, &[piece], b"");
    let joined = |parts: &[&[u8]]| parts.concat();
    let whole = zip(b"", true, &[text(), code()], b"");
    let edited = |at: usize, bytes: &[u8]| {
        let mut edited = whole.clone();
        let from = edited.len() - 22 + at;
        edited[from..from + bytes.len()].copy_from_slice(bytes);
        edited
    };
    let other_name = {
        let mut bytes = alone(text());
        bytes[30] = b'b';
        bytes
    };
    let bomb: Vec<Piece> = (0..200)
        .map(|index| {
            let shared = Piece::deflated("000", &vec![0; 1 << 20]);
            let nothing = Piece { packed: Vec::new(), gap: Vec::new(), offset: Some(0), ..shared.clone() };
            with(if index == 0 { shared } else { nothing }, |piece| {
                piece.name = format!("{index:03}").into_bytes();
            })
        })
        .collect();
    let quoting = {
        // The content of the first entry is the second one, header and all.
        let inner = alone(Piece::stored("inner", b"kernel"));
        let outer = Piece::stored("outer", &inner[..41]);
        let start = 30 + 5;
        let claimed = with(Piece::stored("inner", b"kernel"), |piece| piece.offset = Some(start));
        zip(b"", true, &[outer, claimed], b"")
    };
    let large = |field: &[u8]| with(text().large(), |piece| piece.extra[1] = field.to_vec());
    let shrunk = |piece: Piece, by: u32| {
        with(piece, |piece| piece.sizes.iter_mut().for_each(|(_, unpacked)| *unpacked -= by))
    };
    let grown = |piece: Piece, to: u32| {
        with(piece, |piece| piece.sizes.iter_mut().for_each(|(_, unpacked)| *unpacked = to))
    };
    let ends64 = zip64(&[text()], b"", true);
    let at64 = ends64.len() - 22 - 8 - 20 - 56;
    let edited64 = |at: usize, bytes: &[u8]| {
        let mut edited = ends64.clone();
        edited[at64 + at..at64 + at + bytes.len()].copy_from_slice(bytes);
        edited
    };
    let sources: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", Vec::new(), "is empty"),
        ("no entry", zip(b"", true, &[], b""), "is empty"),
        ("text", b"this is no archive, but it is long enough for one".to_vec(), "it is no zip"),
        ("half", whole[..whole.len() / 2].to_vec(), "it is no zip, or is cut off"),
        ("cut in the end record", whole[..whole.len() - 1].to_vec(), "is cut off"),
        ("bytes after it", joined(&[&whole, b"\n"]), "something follows its end record"),
        ("another end in its comment", zip(b"", true, &[text()], &end(0, 0, 0, b"")), "two end records"),
        (
            "an end in its comment that does not fit",
            zip(b"", true, &[text()], &end(0, 0, 0, b"x")[..22]),
            "follows its end record",
        ),
        ("encrypted", alone(with(text(), |piece| piece.flags = 1)), "is encrypted or patched"),
        ("masked", alone(with(text(), |piece| piece.flags = 1 << 13)), "is encrypted or patched"),
        ("bzip2", alone(with(text(), |piece| piece.method = 12)), "is packed by method 12"),
        ("LZMA", alone(with(text(), |piece| piece.method = 14)), "is packed by method 14"),
        ("another checksum", alone(with(code(), |piece| piece.crc ^= 1)), "the checksums differ"),
        ("a broken stream", alone(with(code(), |piece| piece.packed[2..8].fill(0xff))), "cannot be unpacked"),
        ("more than it says", alone(shrunk(code(), 1)), "unpacks to more"),
        ("less than it says", alone(grown(code(), 5_000)), "unpacks to less"),
        ("stored with two sizes", alone(grown(text(), 4)), "unpacks to more"),
        (
            "2 GB",
            alone(grown(code(), 2_000_000_000)),
            "unpacks to 2000000000 bytes, and Lambda takes at most 250 MB",
        ),
        (
            "2 EB",
            alone(with(
                large(&[1, 0, 16, 0, 255, 255, 255, 255, 255, 255, 255, 15, 5, 0, 0, 0, 0, 0, 0, 0]),
                |piece| {
                    piece.extra[0] = piece.extra[1].clone();
                },
            )),
            "Lambda takes at most 250 MB",
        ),
        (
            "sizes that differ",
            alone(with(text(), |piece| piece.sizes[0] = (4, 4))),
            "other sizes or another checksum",
        ),
        (
            "methods that differ",
            {
                let mut bytes = alone(text());
                bytes[8] = 8;
                bytes
            },
            "another method in its local header",
        ),
        ("names that differ", other_name, "another name in its local header"),
        ("200 entries that share a stream", zip(b"", true, &bomb, b""), "in its local header"),
        (
            "the same entry twice",
            zip(b"", true, &[text(), with(text(), |piece| piece.offset = Some(0))], b""),
            "overlaps",
        ),
        ("an entry within another", quoting, "overlaps"),
        (
            "an entry in the directory",
            alone(with(text(), |piece| piece.offset = Some(41))),
            "does not lie before the directory",
        ),
        (
            "an entry nowhere",
            alone(with(text(), |piece| piece.offset = Some(9_999))),
            "does not lie before the directory",
        ),
        ("no local header", alone(with(text(), |piece| piece.offset = Some(1))), "has no local header"),
        (
            "longer than there is",
            alone(with(text(), |piece| piece.sizes = [(99_999, 5); 2])),
            "runs into the directory",
        ),
        ("no sizes of Zip64", alone(large(b"")), "lacks its sizes of Zip64"),
        ("more entries than it has", edited(8, &[3, 0, 3, 0]), "ends before entry 3 of 3"),
        ("fewer entries than it has", edited(8, &[1, 0, 1, 0]), "holds more than its entries"),
        ("a directory too large", edited(12, &[0xff, 0xff, 0xff, 0x7f]), "larger than the archive"),
        ("a directory elsewhere", edited(16, &[0xff, 0xff, 0xff, 0x7f]), "not where its end record says"),
        ("two disks", edited(4, &[1]), "in several parts"),
        ("Zip64 that is missing", edited(8, &[0xff, 0xff, 0xff, 0xff]), "end record of Zip64 is missing"),
        (
            "4,294,967,296 entries",
            edited64(24, &[0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
            "claims 4294967296 entries",
        ),
        ("all entries there can be", edited64(24, &[0xff; 16]), "claims 18446744073709551615 entries"),
        (
            "200,000 entries that are not there",
            edited64(24, &[0, 13, 3, 0, 0, 0, 0, 0, 0, 13, 3, 0, 0, 0, 0, 0]),
            "ends before entry 2",
        ),
        ("Zip64 elsewhere", edited64(56 + 8, &[1]), "where its locator says"),
        (
            "ends that differ",
            {
                let mut bytes = zip64(&[text()], b"", false);
                bytes[at64 + 32] = 2;
                bytes[at64 + 24] = 2;
                bytes
            },
            "two end records differ",
        ),
        ("signed", sign(&server, &whole, "first").await.1, "already has a signature"),
        ("a signature of its own", alone(Piece::stored(SIGNATURE, b"mine")), "already has a signature"),
    ];
    for (number, (what, source, reason)) in sources.iter().enumerate() {
        let (job, _) = sign(&server, source, &format!("refused-{number}")).await;
        assert_eq!(job["status"], "Failed", "{what}");
        let told = job["statusReason"].as_str().unwrap_or_default();
        assert!(told.contains(reason), "{what}: {told}");
        assert!(told.chars().all(|letter| !letter.is_control()), "{what}: {told}");
    }
}

#[tokio::test]
async fn a_name_that_moves_terminals_is_told_without_what_moves_them() {
    let server = lambda().await;
    let hostile = with(Piece::stored("\u{1b}[2J\u{202e}name", b"x"), |piece| piece.flags = 1);
    let (job, _) = sign(&server, &zip(b"", true, &[hostile], b""), "hostile").await;
    let told = job["statusReason"].as_str().unwrap_or_default();
    assert!(told.contains(r#"its entry "\u{1b}[2J\u{202e}name" is encrypted"#), "{told}");
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

#[tokio::test]
async fn any_damaged_archive_is_signed_as_it_came_or_refused_with_a_reason() {
    let server = lambda().await;
    let whole = zip64(
        &[Piece::deflated("index.js", b"the code the code").later(), Piece::stored("a", b"b").large()],
        b"",
        true,
    );
    for seed in 0..400 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut source = whole.clone();
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(0..source.len());
            source[at] = if random.random() { 0xff } else { random.random() };
        }
        let (job, signed) = sign(&server, &source, &format!("damaged-{seed}")).await;
        let told = job["statusReason"].as_str().unwrap_or_default();
        if job["status"] == "Succeeded" {
            let ((start, records, comment), (_, new_records, new_comment)) = (parts(&source), parts(&signed));
            assert!(
                signed[..start] == source[..start]
                    && new_records.starts_with(records)
                    && comment == new_comment,
                "{seed}"
            );
        } else {
            assert!(told.starts_with("The source archive "), "seed {seed}: {told}");
        }
    }
}
