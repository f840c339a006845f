//! What has no one reading is not signed, and the job says why.

use super::{SIGNATURE, lambda, sign};
use crate::archives::pieces::{Piece, end, with, zip, zip64};

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
