//! What is set on buckets and objects is kept and given back; what is not set is said by its own error.

use crate::folder::Folder;
use crate::server::{Reply, Server, all, one, refused, send};

/// A setting: its query, a document, an element that must come back, and the error where it is not set.
const SETTINGS: [(&str, &str, &str, &str); 6] = [
    (
        "encryption",
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>\
         <KMSMasterKeyID>k&amp;1</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
        "<KMSMasterKeyID>k&amp;1</KMSMasterKeyID>",
        "",
    ),
    (
        "publicAccessBlock",
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>",
        "<BlockPublicAcls>true</BlockPublicAcls>",
        "NoSuchPublicAccessBlockConfiguration",
    ),
    (
        "ownershipControls",
        "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>",
        "<ObjectOwnership>BucketOwnerEnforced</ObjectOwnership>",
        "OwnershipControlsNotFoundError",
    ),
    (
        "lifecycle",
        "<LifecycleConfiguration><Rule><ID>old</ID><Filter><Prefix>a/</Prefix></Filter><Status>Enabled</Status><Expiration>\
         <Days>7</Days></Expiration></Rule></LifecycleConfiguration>",
        "<Days>7</Days>",
        "NoSuchLifecycleConfiguration",
    ),
    (
        "tagging",
        "<Tagging><TagSet><Tag><Key>team</Key><Value>blue &lt;1&gt;</Value></Tag></TagSet></Tagging>",
        "<Value>blue &lt;1&gt;</Value>",
        "NoSuchTagSet",
    ),
    (
        "policy",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}"#,
        "NoSuchBucketPolicy",
    ),
];

#[track_caller]
fn unset(reply: &Reply, code: &str) {
    if code.is_empty() {
        assert_eq!(one(reply, "SSEAlgorithm"), "AES256", "the default");
    } else {
        refused(reply, 404, code);
    }
}

#[tokio::test]
async fn settings_of_buckets_come_back_also_after_a_start_until_they_are_deleted() {
    let folder = Folder::new("settings");
    let server = Server::kept(&folder);
    server.s3("PUT", "/bucket", "").await;
    for (query, document, _, code) in SETTINGS {
        let uri = format!("/bucket?{query}");
        unset(&server.s3("GET", &uri, "").await, code);
        let set = server.s3("PUT", &uri, document).await;
        assert!(set.status == 200 || set.status == 204, "{query}: {set:?}");
        refused(&server.s3("GET", &format!("/none?{query}"), "").await, 404, "NoSuchBucket");
        refused(&server.s3("PUT", &format!("/none?{query}"), document).await, 404, "NoSuchBucket");
    }
    drop(server);
    let server = Server::kept(&folder);
    for (query, _, element, code) in SETTINGS {
        let uri = format!("/bucket?{query}");
        let got = server.s3("GET", &uri, "").await;
        assert!(got.status == 200 && got.text.contains(element), "{query}: {got:?}");
        assert_eq!(server.s3("DELETE", &uri, "").await.status, 204, "{query}");
        unset(&server.s3("GET", &uri, "").await, code);
    }
    server.s3("PUT", "/bucket/k", "the owner is not locked out by what is kept").await;
}

#[tokio::test]
async fn what_is_never_set_is_said_as_s3_says_it() {
    let server = Server::new();
    server.s3("PUT", "/bucket", "").await;
    for (query, code) in [
        ("cors", "NoSuchCORSConfiguration"),
        ("website", "NoSuchWebsiteConfiguration"),
        ("replication", "ReplicationConfigurationNotFoundError"),
        ("object-lock", "ObjectLockConfigurationNotFoundError"),
    ] {
        refused(&server.s3("GET", &format!("/bucket?{query}"), "").await, 404, code);
        refused(&server.s3("GET", &format!("/none?{query}"), "").await, 404, "NoSuchBucket");
    }
    for query in ["accelerate", "logging", "notification", "requestPayment", "acl"] {
        assert_eq!(server.s3("GET", &format!("/bucket?{query}"), "").await.status, 200, "{query}");
    }
    assert_eq!(one(&server.s3("GET", "/bucket?requestPayment", "").await, "Payer"), "BucketOwner");
    assert_eq!(one(&server.s3("GET", "/bucket?acl", "").await, "Permission"), "FULL_CONTROL");
    assert_eq!(send(&server, "PUT", "/bucket?acl", &[("x-amz-acl", "private")], "").await.status, 200);
    let public = send(&server, "PUT", "/bucket?acl", &[("x-amz-acl", "public-read")], "").await;
    refused(&public, 400, "AccessControlListNotSupported");
}

#[tokio::test]
async fn tags_of_objects_come_with_a_write_or_after_it() {
    let folder = Folder::new("tags");
    let server = Server::kept(&folder);
    server.s3("PUT", "/bucket", "").await;
    let put = send(&server, "PUT", "/bucket/k", &[("x-amz-tagging", "team=blue+one&empty=")], "text").await;
    assert_eq!(put.status, 200, "{put:?}");
    let tags = async |server: &Server, key: &str| {
        let got = server.s3("GET", &format!("/bucket/{key}?tagging"), "").await;
        all(&got, "Key")
            .into_iter()
            .zip(all(&got, "Value"))
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(tags(&server, "k").await, ["empty=", "team=blue one"]);
    assert_eq!(server.s3("GET", "/bucket/k", "").await.header("x-amz-tagging-count"), "2");
    let source = ("x-amz-copy-source", "/bucket/k");
    send(&server, "PUT", "/bucket/copy", &[source], "").await;
    assert_eq!(tags(&server, "copy").await, ["empty=", "team=blue one"]);
    let replaced = [source, ("x-amz-tagging-directive", "REPLACE"), ("x-amz-tagging", "a=b")];
    send(&server, "PUT", "/bucket/retagged", &replaced, "").await;
    assert_eq!(tags(&server, "retagged").await, ["a=b"]);
    let version = server.s3("HEAD", "/bucket/k", "").await.header("x-amz-version-id").to_owned();
    let tagging = |tags: &str| format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
    let tag = |key: &str| format!("<Tag><Key>{key}</Key><Value>v</Value></Tag>");
    let set = server.s3("PUT", "/bucket/k?tagging", tagging(&tag("late"))).await;
    assert_eq!((set.status, set.header("x-amz-version-id")), (200, version.as_str()), "no version is made");
    let many: String = (0..11).map(|number| tag(&number.to_string())).collect();
    for bad in [tag("twice").repeat(2), many, tag(""), tag("aws:x"), tag(&"k".repeat(129))] {
        refused(&server.s3("PUT", "/bucket/k?tagging", tagging(&bad)).await, 400, "InvalidTag");
    }
    drop(server);
    let server = Server::kept(&folder);
    assert_eq!(tags(&server, "k").await, ["late=v"]);
    assert_eq!(server.s3("GET", "/bucket/k", "").await.text, "text");
    assert_eq!(server.s3("DELETE", "/bucket/k?tagging", "").await.status, 204);
    assert_eq!(tags(&server, "k").await, Vec::<String>::new());
}

#[tokio::test]
async fn attributes_of_objects_are_told_as_far_as_they_are_asked_for() {
    let server = Server::new();
    server.s3("PUT", "/bucket", "").await;
    send(&server, "PUT", "/bucket/k", &[("x-amz-checksum-crc32", "y/Q5Jg==")], "123456789").await;
    let wanted = [("x-amz-object-attributes", "ETag,Checksum,ObjectSize,StorageClass")];
    let told = send(&server, "GET", "/bucket/k?attributes", &wanted, "").await;
    assert_eq!(
        (told.status, one(&told, "ObjectSize").as_str(), one(&told, "StorageClass").as_str()),
        (200, "9", "STANDARD")
    );
    assert_eq!(one(&told, "ChecksumCRC32"), "y/Q5Jg==");
    let little =
        send(&server, "GET", "/bucket/k?attributes", &[("x-amz-object-attributes", "ObjectSize")], "").await;
    assert_eq!((all(&little, "ETag").len(), all(&little, "ObjectSize").len()), (0, 1), "{little:?}");
}
