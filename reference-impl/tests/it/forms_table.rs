//! Requests byte by byte.

/// What is sent, and how many answers are due to it.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) answers: usize,
}

fn form(name: &'static str, text: &str) -> Form {
    Form { name, bytes: text.as_bytes().to_vec(), answers: 1 }
}

/// A request for the platforms, whose head is this.
fn head(name: &'static str, lines: &[&str]) -> Form {
    form(name, &format!("{}\r\n\r\n", lines.join("\r\n")))
}

const GET: &str = "GET /signing-platforms HTTP/1.1";
const HOST: &str = "host: localhost";
const PUT: &str = "PUT /signing-profiles/forms HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";

pub(crate) fn refused() -> Vec<Form> {
    refused_heads().into_iter().chain(refused_lengths()).collect()
}

/// First lines, hosts and headers that are wrong.
fn refused_heads() -> Vec<Form> {
    let host = |name, host: &str| head(name, &[GET, &format!("host: {host}")]);
    vec![
        head("no host", &[GET, "accept: */*"]),
        head("two hosts", &[GET, HOST, "host: evil.example"]),
        head("the same host twice", &[GET, HOST, HOST]),
        host("an empty host", ""),
        host("a host with a user", "user@localhost"),
        host("a host with a path", "localhost/a"),
        host("a host with a blank", "local host"),
        host("two hosts in one", "localhost, evil.example"),
        host("a port that is none", "localhost:http"),
        host("a port with a sign", "localhost:+80"),
        host("a port that is too large", "localhost:65536"),
        host("an address that is none", "[::g]"),
        host("an address that does not end", "[::1"),
        host("something after an address", "[::1]8770"),
        host("a host of other letters", "löcalhost"),
        head("another authority", &["GET http://evil.example/signing-platforms HTTP/1.1", HOST]),
        head("another port", &["GET http://localhost:81/signing-platforms HTTP/1.1", HOST]),
        head("a user in the target", &["GET http://localhost@evil.example/ HTTP/1.1", HOST]),
        head("another scheme", &["GET file://localhost/signing-platforms HTTP/1.1", HOST]),
        head("a target without a slash", &["GET signing-platforms HTTP/1.1", HOST]),
        head("an authority alone", &["CONNECT localhost:80 HTTP/1.1", HOST]),
        head("two blanks", &["GET  /signing-platforms HTTP/1.1", HOST]),
        head("another version", &["GET /signing-platforms HTTP/1.2", HOST]),
        head("no version", &["GET /signing-platforms", HOST]),
        head("version 2", &["PRI * HTTP/2.0", HOST]),
        form("bare line feeds", "GET /signing-platforms HTTP/1.1\nhost: localhost\n\n"),
        form("one bare line feed", "GET /signing-platforms HTTP/1.1\r\nhost: localhost\naccept: */*\r\n\r\n"),
        form("a bare line feed at the end", "GET /signing-platforms HTTP/1.1\r\nhost: localhost\r\n\n"),
        form("a bare line feed before", "\nGET /signing-platforms HTTP/1.1\r\nhost: localhost\r\n\r\n"),
        form(
            "a bare carriage return",
            "GET /signing-platforms HTTP/1.1\r\nhost: localhost\r\nx: a\rb: c\r\n\r\n",
        ),
        form("a NUL", "GET /signing-platforms HTTP/1.1\r\nhost: localhost\r\nx: a\0b\r\n\r\n"),
        head("a header that goes on", &[GET, HOST, "x: a", " b"]),
        head("a header that goes on with a tab", &[GET, HOST, "x: a", "\tb"]),
        head("a first header that goes on", &[GET, " x: a", HOST]),
        head("a blank before the colon", &[GET, "host : localhost"]),
        head("a tab before the colon", &[GET, HOST, "x\t: a"]),
        head("no colon", &[GET, HOST, "x"]),
        head("no name", &[GET, HOST, ": x"]),
    ]
}

/// Bodies of which it is not clear where they end.
fn refused_lengths() -> Vec<Form> {
    let put = |name, headers: &str, body: &str| form(name, &format!("{PUT}\r\n{headers}\r\n\r\n{body}"));
    vec![
        put("both lengths", "content-length: 2\r\ntransfer-encoding: chunked", "0\r\n\r\n"),
        put("both lengths, turned", "transfer-encoding: chunked\r\ncontent-length: 5", "0\r\n\r\n"),
        put("two lengths", "content-length: 2\r\ncontent-length: 3", "{} "),
        put("the same length twice", "content-length: 2\r\ncontent-length: 2", "{}"),
        put("a list of lengths", "content-length: 2, 2", "{}"),
        put("a length with a sign", "content-length: +2", "{}"),
        put("a negative length", "content-length: -2", "{}"),
        put("an empty length", "content-length: ", "{}"),
        put("a hexadecimal length", "content-length: 0x2", "{}"),
        put("a length beyond all numbers", "content-length: 99999999999999999999", "{}"),
        put("another coding", "transfer-encoding: gzip, chunked", "0\r\n\r\n"),
        put("a coding after", "transfer-encoding: chunked, identity", "0\r\n\r\n"),
        put("chunked twice", "transfer-encoding: chunked\r\ntransfer-encoding: chunked", "0\r\n\r\n"),
        put("chunked in quotes", "transfer-encoding: \"chunked\"", "0\r\n\r\n"),
        put("chunked with a letter more", "transfer-encoding: xchunked", "0\r\n\r\n"),
        put("chunked behind a control character", "transfer-encoding: \x0bchunked", "0\r\n\r\n"),
        put("no coding", "transfer-encoding: identity", "{}"),
        put("an empty coding", "transfer-encoding: ", "{}"),
        put("a size with a sign", "transfer-encoding: chunked", "+2\r\n{}\r\n0\r\n\r\n"),
        put("a size with 0x", "transfer-encoding: chunked", "0x2\r\n{}\r\n0\r\n\r\n"),
        put("a size with a blank", "transfer-encoding: chunked", "2 \r\n{}\r\n0\r\n\r\n"),
        put("an empty size", "transfer-encoding: chunked", "\r\n{}\r\n0\r\n\r\n"),
        put(
            "a size beyond all numbers",
            "transfer-encoding: chunked",
            "10000000000000002\r\n{}\r\n0\r\n\r\n",
        ),
        put("bare line feeds around a chunk", "transfer-encoding: chunked", "2\n{}\n0\n\n"),
        put("a chunk that is too long", "transfer-encoding: chunked", "1\r\n{}\r\n0\r\n\r\n"),
        put("a trailer that goes on", "transfer-encoding: chunked", "2\r\n{}\r\n0\r\nx: a\r\n b\r\n\r\n"),
        form("HTTP/1.0 in chunks", "PUT /bucket/k HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        form("HTTP/1.0 with two hosts", "GET /signing-platforms HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n"),
    ]
}

pub(crate) fn taken() -> Vec<Form> {
    let host = |name, host: &str| head(name, &[GET, &format!("host: {host}")]);
    let ask = format!("{GET}\r\n{HOST}\r\n\r\n");
    let body = r#"{"platformId":"Notation-OCI-SHA384-ECDSA"}"#;
    let put = |profile: &str, framing: &str, body: &str| {
        format!(
            "PUT /signing-profiles/{profile} HTTP/1.1\r\nhost: localhost\r\n\
             content-type: application/json\r\n{framing}\r\n\r\n{body}"
        )
    };
    let (one, other) = body.split_at(7);
    let chunks = format!(
        "{:x};name=value\r\n{one}\r\n{:X}\r\n{other}\r\n0\r\nx-after: a\r\n\r\n",
        one.len(),
        other.len()
    );
    let many = |name, text: String, answers| Form { name, bytes: text.into_bytes(), answers };
    vec![
        host("a name", "localhost"),
        host("a name with a port", "LOCALHOST:8770"),
        host("an address", "127.0.0.1:80"),
        host("an address of version 6", "[::1]:8770"),
        host("an address without a port", "[::1]"),
        head("no blank after the colon", &[GET, "host:localhost"]),
        head("blanks around a value", &[GET, "host: \tlocalhost \t"]),
        head("a whole URL", &["GET http://localhost/signing-platforms HTTP/1.1", HOST]),
        head(
            "a whole URL with the port that need not be named",
            &["GET http://LOCALHOST:80/signing-platforms HTTP/1.1", HOST],
        ),
        head("HTTP/1.0 without a host", &["GET /signing-platforms HTTP/1.0"]),
        head("HTTP/1.0 with a host", &["GET /signing-platforms HTTP/1.0", HOST]),
        head("an empty line before", &["", GET, HOST]),
        many("one behind the other", ask.repeat(3), 3),
        many(
            "in chunks of either case",
            format!("{}{ask}", put("in_chunks", "Transfer-Encoding: Chunked", &chunks)),
            2,
        ),
        many(
            "behind a body",
            format!("{}{ask}", put("behind_body", &format!("content-length: {}", body.len()), body)),
            2,
        ),
    ]
}
