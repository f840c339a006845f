//! What outlasts the process: a store in a data folder.

use bytes::Bytes;
use redb::{Database, TableDefinition};
use signer_objects::{Asker, Attributes, Failure, Objects, Version, Versioning};
use std::sync::Arc;

use crate::folder::Folder;
use crate::server::OWNER;
use crate::store::{NOW, put, read, text};

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
        let upload = objects
            .of(OWNER)
            .begin_upload("b", "big", Attributes { metadata, ..Attributes::default() }, NOW)
            .expect("an upload");
        objects
            .of(OWNER)
            .put_part(("b", "big", &upload), 1, Bytes::from_static(b"part"), None, NOW)
            .expect("a part");
        // A second server would write over the first one's.
        assert!(folder.open().is_err());
        (first, upload)
    };
    std::fs::write(folder.0.join("objects").join("0".repeat(32)), "never acknowledged").expect("a file");
    let objects = folder.open().expect("the same store");
    assert_eq!(
        objects.of(OWNER).buckets().into_iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["b", "plain"]
    );
    assert_eq!(objects.of(OWNER).bucket("plain").map(|info| info.versioning), Ok(Versioning::Off));
    assert_eq!(read(&objects, "k", None), Err(Failure::NoKey { is_marker: true }));
    assert_eq!(read(&objects, "k", Some(&first)), Ok("one".to_owned()));
    assert_eq!(read(&objects, "dropped", None), Err(Failure::NoKey { is_marker: false }));
    assert_eq!(folder.files(), 3, "two versions and a part");
    let version =
        objects.of(OWNER).complete_upload(("b", "big", &upload), &[(1, None)], None, NOW).expect("an object");
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
    let entry = std::fs::read_dir(folder.0.join("objects"))
        .expect("a folder")
        .next()
        .expect("a file")
        .expect("a file");
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
    objects
        .of(OWNER)
        .put_part(("b", "big", &upload), 1, Bytes::from_static(b"part"), None, NOW)
        .expect("a part");
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
    transaction
        .open_table(VERSIONS)
        .expect("the table")
        .insert(("b", "k", 7), row.as_bytes())
        .expect("it is written");
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
