//! The object store without HTTP: versions, pages, parts.

use bytes::Bytes;
use jiff::Timestamp;
use signer_objects::{
    Attributes, Entry, Failure, Listing, NULL_VERSION, Objects, Position, Version, Versioning,
};

use crate::folder::Folder;
use crate::server::OWNER;

pub(crate) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn store(versioning: Versioning) -> Objects {
    let objects = Objects::in_memory(Some(1));
    objects.of(OWNER).create_bucket("b", versioning, NOW).expect("a bucket");
    objects
}

pub(crate) fn put(objects: &Objects, key: &str, text: &'static str) -> String {
    objects
        .of(OWNER)
        .put("b", key, Bytes::from_static(text.as_bytes()), Attributes::default(), NOW)
        .expect("it is written")
        .id
        .clone()
}

pub(crate) fn text(version: &Version) -> String {
    let content = version.object.as_ref().expect("an object").content.read_all().expect("it can be read");
    String::from_utf8(content.to_vec()).expect("text")
}

pub(crate) fn read(objects: &Objects, key: &str, version: Option<&str>) -> Result<String, Failure> {
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
            format!(
                "{key}{}{}",
                if *is_latest { "" } else { " old" },
                if version.object.is_some() { "" } else { " gone" }
            )
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
        (
            &all,
            true,
            &["a", "dir.txt", "dir/1", "dir/2", "dir/sub/3", "gone/1 gone", "gone/1 old", "z", "z old"],
        ),
        (&folded, false, &["a", "dir.txt", "dir/*", "z"]),
        (&within, false, &["dir/1", "dir/2", "dir/sub/*"]),
    ];
    for (listing, all_versions, expected) in cases {
        assert_eq!(
            shown(&objects, listing, all_versions),
            (expected.iter().map(|&key| key.to_owned()).collect(), None)
        );
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
        let tail =
            objects.of(OWNER).put_part(place, 2, Bytes::from_static(b"tail"), None, NOW).expect("a part");
        objects.of(OWNER).put_part(place, 1, Bytes::from_static(b"replaced"), None, NOW).expect("a part");
        let head = objects.of(OWNER).put_part(place, 1, large.clone(), None, NOW).expect("a part");
        let complete = |named: &[(u16, &str)]| {
            let named: Vec<_> =
                named.iter().map(|(number, etag)| (*number, Some((*etag).to_owned()))).collect();
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
