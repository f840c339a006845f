//! The object store without HTTP: versions, pages, parts, and what outlasts the process.

use bytes::Bytes;
use jiff::Timestamp;
use redb::{Database, TableDefinition};
use signer_objects::{Asker, Attributes, Entry, Failure, Listing, NULL_VERSION, Objects, Position, Version, Versioning};
use std::sync::Arc;

use crate::folder::Folder;
use crate::server::OWNER;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn store(versioning: Versioning) -> Objects {
    let objects = Objects::in_memory(Some(1));
    objects.of(OWNER).create_bucket("b", versioning, NOW).expect("a bucket");
    objects
}

fn put(objects: &Objects, key: &str, text: &'static str) -> String {
    objects
        .of(OWNER)
        .put("b", key, Bytes::from_static(text.as_bytes()), Attributes::default(), NOW)
        .expect("it is written")
        .id
        .clone()
}

fn text(version: &Version) -> String {
    let content = version.object.as_ref().expect("an object").content.read_all().expect("it can be read");
    String::from_utf8(content.to_vec()).expect("text")
}

fn read(objects: &Objects, key: &str, version: Option<&str>) -> Result<String, Failure> {
    let version = objects.of(OWNER).get("b", key, version)?;
    let content = version.object.as_ref().expect("an object").content.read_all()?;
    Ok(String::from_utf8(content.to_vec()).expect("text"))
}

#[test]
fn each_write_is_a_version_and_the_older_ones_stay() {
    let objects = store(Versioning::Enabled);
    let (first, second) = (put(&objects, "k", "one"), put(&objects, "k", "two"));
    assert_ne!(first, second);
    assert_eq!(read(&objects, "k", Some(&first)), Ok("one".to_owned()));
    assert_eq!(read(&objects, "k", None), Ok("two".to_owned()));
    assert_eq!(read(&objects, "k", Some(NULL_VERSION)), Err(Failure::NoVersion));
    assert_eq!(read(&objects, "other", None), Err(Failure::NoKey { is_marker: false }));
}

#[test]
fn null_stands_for_the_newest_version_where_nobody_asked_for_versions() {
    let objects = store(Versioning::Implied);
    put(&objects, "k", "one");
    put(&objects, "k", "two");
    assert_eq!(read(&objects, "k", Some(NULL_VERSION)), Ok("two".to_owned()));
    assert_eq!(objects.of(OWNER).delete_bucket("b"), Err(Failure::BucketNotEmpty));
    objects.of(OWNER).delete("b", "k", None, NOW).expect("deleted");
    objects.of(OWNER).delete_bucket("b").expect("what was deleted does not count");
}

#[test]
fn a_suspended_bucket_replaces_the_version_null_and_keeps_the_others() {
    let objects = store(Versioning::Enabled);
    let first = put(&objects, "k", "one");
    objects.of(OWNER).set_versioning("b", Versioning::Suspended).expect("it is suspended");
    assert_eq!(put(&objects, "k", "two"), NULL_VERSION);
    assert_eq!(put(&objects, "k", "three"), NULL_VERSION);
    assert_eq!(read(&objects, "k", Some(NULL_VERSION)), Ok("three".to_owned()));
    assert_eq!(read(&objects, "k", Some(&first)), Ok("one".to_owned()));
    let deleted = objects.of(OWNER).delete("b", "k", None, NOW).expect("deleted");
    assert_eq!((deleted.version.as_deref(), deleted.is_marker), (Some(NULL_VERSION), true));
    assert_eq!(read(&objects, "k", None), Err(Failure::NoKey { is_marker: true }));
    assert_eq!(read(&objects, "k", Some(&first)), Ok("one".to_owned()));
}

#[test]
fn a_bucket_that_never_kept_versions_has_one_object_per_key() {
    let objects = store(Versioning::Off);
    assert_eq!(put(&objects, "k", "one"), NULL_VERSION);
    put(&objects, "k", "two");
    assert_eq!(read(&objects, "k", Some(NULL_VERSION)), Ok("two".to_owned()));
    objects.of(OWNER).delete("b", "k", None, NOW).expect("deleted");
    assert_eq!(read(&objects, "k", None), Err(Failure::NoKey { is_marker: false }));
    objects.of(OWNER).delete_bucket("b").expect("it holds nothing");
}

#[test]
fn a_delete_marker_hides_the_object_until_it_is_removed() {
    let objects = store(Versioning::Enabled);
    put(&objects, "k", "one");
    let marker = objects.of(OWNER).delete("b", "k", None, NOW).expect("deleted").version.expect("a marker");
    assert_eq!(read(&objects, "k", None), Err(Failure::NoKey { is_marker: true }));
    assert_eq!(read(&objects, "k", Some(&marker)), Err(Failure::IsMarker));
    assert_eq!(objects.of(OWNER).delete_bucket("b"), Err(Failure::BucketNotEmpty));
    assert!(objects.of(OWNER).delete("b", "k", Some(&marker), NOW).expect("removed").is_marker);
    assert_eq!(read(&objects, "k", None), Ok("one".to_owned()));
}

fn shown(objects: &Objects, listing: &Listing, all_versions: bool) -> (Vec<String>, Option<Position>) {
    let page = objects.of(OWNER).list("b", listing, all_versions).expect("a page");
    let name = |entry: &Entry| match entry {
        Entry::Prefix(prefix) => format!("{prefix}*"),
        Entry::Version { key, is_latest, version } => {
            format!("{key}{}{}", if *is_latest { "" } else { " old" }, if version.object.is_some() { "" } else { " gone" })
        }
    };
    (page.entries.iter().map(name).collect(), page.next)
}

/// All pages, one entry each.
fn one_by_one(objects: &Objects, listing: &Listing, all_versions: bool) -> Vec<String> {
    let mut listing = Listing { limit: 1, ..listing.clone() };
    let mut all = Vec::new();
    loop {
        let (entries, next) = shown(objects, &listing, all_versions);
        all.extend(entries);
        match next {
            Some(next) => listing.after = Some(next),
            None => return all,
        }
        assert!(all.len() < 100, "the list never ends: {all:?}");
    }
}

#[test]
fn lists_fold_what_keys_share_and_pages_show_each_entry_once() {
    let objects = store(Versioning::Enabled);
    for key in ["a", "dir/1", "dir/2", "dir/sub/3", "dir.txt", "gone/1", "z"] {
        put(&objects, key, "x");
    }
    objects.of(OWNER).delete("b", "gone/1", None, NOW).expect("deleted");
    put(&objects, "z", "y");
    let all = Listing { limit: 1000, ..Listing::default() };
    let folded = Listing { delimiter: Some("/".to_owned()), ..all.clone() };
    let within = Listing { prefix: "dir/".to_owned(), ..folded.clone() };
    let cases: [(&Listing, bool, &[&str]); 4] = [
        (&all, false, &["a", "dir.txt", "dir/1", "dir/2", "dir/sub/3", "z"]),
        (&all, true, &["a", "dir.txt", "dir/1", "dir/2", "dir/sub/3", "gone/1 gone", "gone/1 old", "z", "z old"]),
        (&folded, false, &["a", "dir.txt", "dir/*", "z"]),
        (&within, false, &["dir/1", "dir/2", "dir/sub/*"]),
    ];
    for (listing, all_versions, expected) in cases {
        assert_eq!(shown(&objects, listing, all_versions), (expected.iter().map(|&key| key.to_owned()).collect(), None));
        assert_eq!(one_by_one(&objects, listing, all_versions), expected);
    }
}

#[test]
fn an_object_from_parts_holds_them_in_order_and_says_so_in_its_etag() {
    let folder = Folder::new("parts");
    for objects in [store(Versioning::Enabled), folder.open().expect("a store")] {
        let _ = objects.of(OWNER).create_bucket("b", Versioning::Enabled, NOW);
        let large = Bytes::from(vec![b'x'; 5 << 20]);
        let id = objects.of(OWNER).begin_upload("b", "k", Attributes::default(), NOW).expect("an upload");
        let place = ("b", "k", id.as_str());
        let tail = objects.of(OWNER).put_part(place, 2, Bytes::from_static(b"tail"), None, NOW).expect("a part");
        objects.of(OWNER).put_part(place, 1, Bytes::from_static(b"replaced"), None, NOW).expect("a part");
        let head = objects.of(OWNER).put_part(place, 1, large.clone(), None, NOW).expect("a part");
        let complete = |named: &[(u16, &str)]| {
            let named: Vec<_> = named.iter().map(|(number, etag)| (*number, Some((*etag).to_owned()))).collect();
            objects.of(OWNER).complete_upload(place, &named, None, NOW)
        };
        assert_eq!(complete(&[(2, &tail), (1, &head)]).map(|_| ()), Err(Failure::PartOrder));
        assert_eq!(complete(&[(1, &tail)]).map(|_| ()), Err(Failure::NoPart(1)));
        assert_eq!(complete(&[(3, &tail)]).map(|_| ()), Err(Failure::NoPart(3)));
        assert_eq!(objects.of(OWNER).delete_bucket("b"), Err(Failure::BucketNotEmpty));
        let version = complete(&[(1, &head), (2, &tail)]).expect("an object");
        let object = version.object.as_ref().expect("an object");
        let whole = object.content.read_all().expect("its content");
        assert_eq!((whole.len(), &whole[whole.len() - 5..]), (large.len() + 4, &b"xtail"[..]));
        assert_eq!(object.content.read(5 << 20..u64::MAX).expect("a range"), "tail");
        assert!(object.etag.ends_with("-2\""), "{}", object.etag);
        assert_eq!(complete(&[(1, &head)]).map(|_| ()), Err(Failure::NoUpload));
        let small = objects.of(OWNER).begin_upload("b", "k", Attributes::default(), NOW).expect("an upload");
        let place = ("b", "k", small.as_str());
        objects.of(OWNER).put_part(place, 1, Bytes::from_static(b"small"), None, NOW).expect("a part");
        objects.of(OWNER).put_part(place, 2, Bytes::from_static(b"tail"), None, NOW).expect("a part");
        let refused = objects.of(OWNER).complete_upload(place, &[(1, None), (2, None)], None, NOW);
        assert_eq!(refused.map(|_| ()), Err(Failure::PartTooSmall(1)));
        objects.of(OWNER).abort_upload("b", "k", &small).expect("aborted");
    }
    assert_eq!(folder.files(), 1, "the parts went when the object was there");
}

#[test]
fn a_data_folder_holds_what_was_acknowledged_and_nothing_else() {
    let folder = Folder::new("kept");
    let (first, upload) = {
        let objects = folder.open().expect("a new store");
        objects.of(OWNER).create_bucket("b", Versioning::Enabled, NOW).expect("a bucket");
        objects.of(OWNER).create_bucket("plain", Versioning::Off, NOW).expect("a bucket");
        objects.of(OWNER).create_bucket("gone", Versioning::Off, NOW).expect("a bucket");
        objects.of(OWNER).delete_bucket("gone").expect("it is empty");
        let first = put(&objects, "k", "one");
        put(&objects, "k", "two");
        put(&objects, "dropped", "x");
        objects.of(OWNER).delete("b", "k", None, NOW).expect("a marker");
        let dropped = objects.of(OWNER).get("b", "dropped", None).expect("an object");
        objects.of(OWNER).delete("b", "dropped", Some(&dropped.id), NOW).expect("deleted");
        assert_eq!(text(&dropped), "x", "whoever reads keeps what is read");
        drop(dropped);
        let metadata = [("who".to_owned(), "me".to_owned())].into();
        let upload =
            objects.of(OWNER).begin_upload("b", "big", Attributes { metadata, ..Attributes::default() }, NOW).expect("an upload");
        objects.of(OWNER).put_part(("b", "big", &upload), 1, Bytes::from_static(b"part"), None, NOW).expect("a part");
        // A second server would write over the first one's.
        assert!(folder.open().is_err());
        (first, upload)
    };
    std::fs::write(folder.0.join("objects").join("0".repeat(32)), "never acknowledged").expect("a file");
    let objects = folder.open().expect("the same store");
    assert_eq!(objects.of(OWNER).buckets().into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["b", "plain"]);
    assert_eq!(objects.of(OWNER).bucket("plain").map(|info| info.versioning), Ok(Versioning::Off));
    assert_eq!(read(&objects, "k", None), Err(Failure::NoKey { is_marker: true }));
    assert_eq!(read(&objects, "k", Some(&first)), Ok("one".to_owned()));
    assert_eq!(read(&objects, "dropped", None), Err(Failure::NoKey { is_marker: false }));
    assert_eq!(folder.files(), 3, "two versions and a part");
    let version = objects.of(OWNER).complete_upload(("b", "big", &upload), &[(1, None)], None, NOW).expect("an object");
    let object = version.object.as_ref().expect("an object");
    assert_eq!((text(&version).as_str(), object.attributes.metadata["who"].as_str()), ("part", "me"));
    let third = put(&objects, "k", "three");
    assert_eq!(read(&objects, "k", None), Ok("three".to_owned()));
    assert_ne!(third, first);
}

#[test]
fn a_damaged_folder_is_named_and_not_served() {
    let folder = Folder::new("damaged");
    let objects = folder.open().expect("a new store");
    objects.of(OWNER).create_bucket("b", Versioning::Enabled, NOW).expect("a bucket");
    let version = objects.of(OWNER).get("b", "k", None);
    assert!(version.is_err());
    put(&objects, "k", "one");
    drop(objects);
    let entry = std::fs::read_dir(folder.0.join("objects")).expect("a folder").next().expect("a file").expect("a file");
    std::fs::write(entry.path(), "longer than before").expect("it is written");
    let told = folder.open().expect_err("a damaged file is noticed").to_string();
    assert!(told.contains(&*entry.file_name().to_string_lossy()), "{told}");
    std::fs::write(folder.0.join("objects.redb"), "not a ledger").expect("it is written");
    let told = folder.open().expect_err("a damaged ledger is noticed").to_string();
    assert!(told.contains("objects.redb"), "{told}");
}

#[test]
fn many_writers_of_one_key_leave_one_newest_version_in_memory_and_on_disk() {
    let folder = Folder::new("race");
    let objects = folder.open().expect("a new store");
    objects.of(OWNER).create_bucket("b", Versioning::Suspended, NOW).expect("a bucket");
    std::thread::scope(|scope| {
        for content in ["a", "b", "c", "d"] {
            let objects = objects.clone();
            scope.spawn(move || {
                for _ in 0..5 {
                    put(&objects, "k", content);
                }
            });
        }
    });
    let newest: Arc<Version> = objects.of(OWNER).get("b", "k", None).expect("an object");
    let content = text(&newest);
    drop((newest, objects));
    let again = folder.open().expect("the same store");
    assert_eq!(read(&again, "k", None), Ok(content));
    assert_eq!(folder.files(), 1, "what was replaced is gone");
}

#[test]
fn what_is_cleared_is_gone_for_good() {
    let folder = Folder::new("cleared");
    let objects = folder.open().expect("a new store");
    objects.of(OWNER).create_bucket("b", Versioning::Enabled, NOW).expect("a bucket");
    put(&objects, "k", "one");
    put(&objects, "k", "two");
    let other = Asker { account: "444455556666", region: "eu-west-1" };
    objects.of(other).create_bucket("theirs", Versioning::Off, NOW).expect("a bucket");
    let upload = objects.of(OWNER).begin_upload("b", "big", Attributes::default(), NOW).expect("an upload");
    objects.of(OWNER).put_part(("b", "big", &upload), 1, Bytes::from_static(b"part"), None, NOW).expect("a part");
    objects.clear().expect("it is cleared");
    let check = |objects: &Objects| {
        assert!(objects.of(OWNER).buckets().is_empty() && objects.of(other).buckets().is_empty());
        assert_eq!(folder.files(), 0);
    };
    check(&objects);
    objects.of(other).create_bucket("b", Versioning::Off, NOW).expect("the name is free again");
    objects.clear().expect("it is cleared");
    drop(objects);
    check(&folder.open().expect("the same store"));
}

/// The rows of the first format as they were written: without owner, Region, settings, digests and tags.
#[test]
fn rows_of_the_first_format_are_read_and_brought_up_to_date() {
    const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
    const BUCKETS: TableDefinition<&str, &[u8]> = TableDefinition::new("buckets");
    const VERSIONS: TableDefinition<(&str, &str, u64), &[u8]> = TableDefinition::new("versions");
    let folder = Folder::new("first-format");
    drop(folder.open().expect("a new store"));
    let file = "0123456789abcdef0123456789abcdef";
    std::fs::write(folder.0.join("objects").join(file), "one").expect("it is written");
    let database = Database::open(folder.0.join("objects.redb")).expect("a database");
    let transaction = database.begin_write().expect("a transaction");
    transaction.open_table(META).expect("the table").insert("format", 1).expect("it is written");
    let row = br#"{"created_at_ns":0,"versioning":"Implied"}"#.as_slice();
    transaction.open_table(BUCKETS).expect("the table").insert("b", row).expect("it is written");
    let row = format!(
        r#"{{"id":"first","written_at_ns":0,"object":{{"etag":"\"e\"","attributes":{{"headers":{{}},"metadata":{{}},"checksum":null}},"file":"{file}","size":3}}}}"#
    );
    transaction.open_table(VERSIONS).expect("the table").insert(("b", "k", 7), row.as_bytes()).expect("it is written");
    transaction.commit().expect("it is kept");
    drop(database);
    for _ in 0..2 {
        let objects = folder.open().expect("it can be read");
        let info = objects.of(OWNER).bucket("b").expect("the bucket is there, and the first account's");
        assert_eq!((info.owner.as_str(), info.region.as_str()), (OWNER.account, OWNER.region));
        assert_eq!(read(&objects, "k", Some("first")), Ok("one".to_owned()));
    }
    std::fs::write(folder.0.join("objects").join(file), "eno").expect("it is written");
    let rotten = read(&folder.open().expect("its size is right"), "k", None);
    assert!(matches!(rotten, Err(Failure::Disk(_))), "{rotten:?}");
}
