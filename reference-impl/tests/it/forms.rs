//! Requests byte by byte: what RFC 9112 has is taken, and whatever two readers could read in two ways is
//! refused.

use crate::forms_table::{Form, refused, taken};
use crate::running::Running;

fn status(server: &Running, form: &Form) -> Option<u16> {
    let mut client = server.connect();
    // Sent in two pieces, so that no answer depends on how bytes arrive.
    let (first, second) = form.bytes.split_at(form.bytes.len() / 2);
    let _ = client.write(first);
    std::thread::sleep(std::time::Duration::from_millis(5));
    let _ = client.write(second);
    client.answer().map(|answer| answer.status)
}

#[test]
fn what_two_readers_could_read_in_two_ways_is_refused_and_the_connection_closed() {
    let server = Running::start(&[]);
    let wrong: Vec<String> = refused()
        .iter()
        .filter_map(|form| {
            let mut client = server.connect();
            let _ = client.write(&form.bytes);
            let told = client.answer();
            let is_right = told.as_ref().is_some_and(|told| {
                // What is wrong within a body is found by its reader.
                let errors = ["MalformedHttpRequestException", "SerializationException"];
                told.status == 400 && errors.contains(&told.header("x-amzn-errortype")) && client.is_closed()
            });
            let in_pieces = status(&server, form);
            (!is_right || in_pieces != Some(400))
                .then(|| format!("{}: {told:?}; in pieces {in_pieces:?}", form.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_standard_has_is_taken() {
    let server = Running::start(&[]);
    let wrong: Vec<String> = taken()
        .iter()
        .filter_map(|form| {
            let mut client = server.connect();
            let _ = client.write(&form.bytes);
            let answers: Vec<_> =
                (0..form.answers).map_while(|_| client.answer()).map(|answer| answer.status).collect();
            let is_right = answers.len() == form.answers && answers.iter().all(|status| *status == 200);
            // A profile can be made once only.
            let in_pieces = if form.bytes.starts_with(b"PUT") { Some(200) } else { status(&server, form) };
            (!is_right || in_pieces != Some(200)).then(|| format!("{}: {answers:?}", form.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_request_behind_a_body_is_looked_at_too() {
    let server = Running::start(&[]);
    let body = r#"{"platformId":"Notation-OCI-SHA384-ECDSA"}"#;
    let mut client = server.connect();
    assert_eq!(client.ask("PUT", "/signing-profiles/first", body).status, 200);
    client.write(b"GET /signing-platforms HTTP/1.1\nhost: localhost\n\n").expect("it reads");
    client.answer().expect("an answer").refused(400, "MalformedHttpRequestException");
    assert!(client.is_closed());
}
