//! Whatever keys there are, a strict parser reads what is answered.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::server::{Reply, Server, send};

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The texts of the elements of that name.
#[track_caller]
fn texts(reply: &Reply, element: &str) -> Vec<String> {
    let document =
        roxmltree::Document::parse(&reply.text).unwrap_or_else(|error| panic!("{error}: {:?}", reply.text));
    let named =
        document.descendants().filter(|node| node.has_tag_name(element) || node.tag_name().name() == element);
    named.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

/// What XML 1.0 can write.
fn is_writable(sign: char) -> bool {
    matches!(sign, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

fn keys() -> Vec<String> {
    let special = [
        '\u{1}', '\u{8}', '\u{b}', '\r', '\n', '\t', '\u{1f}', '\u{7f}', '\u{85}', '\u{2028}', '\u{301}',
        '\u{200b}',
    ];
    let more = [
        '\u{fffd}',
        '\u{fffe}',
        '\u{ffff}',
        '\u{1f600}',
        '\u{10ffff}',
        '&',
        '<',
        '>',
        '"',
        '\'',
        '%',
        ']',
        ' ',
        'é',
        'a',
    ];
    let all: Vec<char> = special.into_iter().chain(more).collect();
    let mut random = StdRng::seed_from_u64(11);
    let drawn = (0..40).map(|number| {
        let length = random.random_range(1..8);
        let drawn = |_| all[random.random_range(0..all.len())];
        format!("k{number}{}", (0..length).map(drawn).collect::<String>())
    });
    let drawn: Vec<String> = drawn.collect();
    all.iter()
        .map(|sign| format!("one{sign}"))
        .chain(drawn)
        .chain(["]]>".to_owned(), "<a>&amp;".to_owned()])
        .collect()
}

#[tokio::test]
async fn lists_can_be_read_and_tell_each_key_that_can_be_written() {
    let server = Server::new();
    server.s3("PUT", "/bucket", "").await;
    for key in keys() {
        let uri = format!("/bucket/{}", encoded(&key));
        assert_eq!(server.s3("PUT", &uri, "x").await.status, 200, "{key:?}");
        assert_eq!(server.s3("GET", &uri, "").await.text, "x", "{key:?}");
        let begun = server.s3("POST", &format!("{uri}?uploads"), "").await;
        let id = texts(&begun, "UploadId").concat();
        texts(&server.s3("GET", &format!("{uri}?uploadId={id}"), "").await, "Key");
    }
    let mut expected = keys();
    expected.sort();
    for list in ["/bucket?list-type=2", "/bucket?prefix=", "/bucket?versions"] {
        let listed = server.s3("GET", &format!("{list}&encoding-type=url"), "").await;
        let told: Vec<String> = texts(&listed, "Key");
        let told: Vec<String> = told
            .iter()
            .map(|key| percent_decode_str(key).decode_utf8().expect("UTF-8").into_owned())
            .collect();
        assert_eq!(told, expected, "{list}");
        let plain = texts(&server.s3("GET", list, "").await, "Key");
        assert_eq!(plain.len(), expected.len(), "{list}");
        for (told, key) in plain.iter().zip(&expected).filter(|(_, key)| key.chars().all(is_writable)) {
            assert_eq!(told, key, "{list}");
        }
    }
    texts(&server.s3("GET", "/bucket?uploads", "").await, "Key");
}

#[tokio::test]
async fn what_a_request_says_is_repeated_in_a_way_that_can_be_read() {
    let server = Server::new();
    server.s3("PUT", "/bucket", "").await;
    for key in keys() {
        let (key, uri) = (encoded(&key), format!("/bucket/{}", encoded(&key)));
        for query in [
            "prefix",
            "marker",
            "delimiter",
            "start-after",
            "encoding-type",
            "continuation-token",
            "key-marker",
        ] {
            for list in ["?", "?list-type=2&", "?versions&", "?uploads&"] {
                texts(&server.s3("GET", &format!("/bucket{list}{query}={key}"), "").await, "Code");
            }
        }
        for (method, uri) in [
            ("GET", uri.clone()),
            ("GET", format!("{uri}?versionId={key}")),
            ("GET", format!("{uri}?uploadId={key}")),
            ("PUT", format!("/_{key}")),
            ("PATCH", uri.clone()),
        ] {
            let reply = server.s3(method, &uri, "").await;
            assert!(reply.status >= 400, "{method} {uri}");
            texts(&reply, "Code");
        }
        let source = format!("/bucket/{key}");
        texts(&send(&server, "PUT", "/bucket/copy", &[("x-amz-copy-source", &source)], "").await, "Code");
        let delete = format!("<Delete><Object><Key>{}</Key></Object></Delete>", key.replace('%', "&#37;"));
        texts(&server.s3("POST", "/bucket?delete", delete).await, "Key");
        let chunked = [("x-amz-content-sha256", "STREAMING-<&>")];
        texts(&send(&server, "PUT", &uri, &chunked, "x").await, "Code");
    }
}

#[tokio::test]
async fn an_object_that_is_xml_is_given_as_it_came() {
    let server = Server::new();
    server.s3("PUT", "/bucket", "").await;
    let content = "<a>\u{1}\r\n</a>";
    send(&server, "PUT", "/bucket/k", &[("content-type", "application/xml")], content).await;
    assert_eq!(server.s3("GET", "/bucket/k", "").await.text, content);
}
