//! A counterexample as a Rust program with `aws-sdk-signer`.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use signer_model::Account;
use signer_schemas::{Edition, Member, Shape};

use crate::data::exchange::Exchange;
use crate::data::run::{Root, TargetInfo};
use crate::data::signature::Signature;
use crate::data::visible::visible;
use crate::report::FindingRow;
use crate::report::asked::Asked;
use crate::report::aws_cli::kebab;
use crate::report::bound::{Bound, Given, Piece, Place};
use crate::report::circumstances::Circumstances;
use crate::report::shell::{nothing_to_send, outcome, without_waits};

const HEAD: &str = r#"
// Needs the crates aws-config (behavior-version-latest), aws-sdk-signer and tokio (macros, rt-multi-thread).
// Set AWS_ENDPOINT_URL_SIGNER, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and for a second account
// a profile "other"; SSL_CERT_FILE for a file of certificates to trust.
"#;

const MAIN: &str = r"
#[tokio::main]
async fn main() {
    let owner = aws_sdk_signer::Client::new(&aws_config::load_from_env().await);
";

const OTHER: &str = "    let other = aws_sdk_signer::Client::new(&aws_config::from_env().profile_name(\"other\").load().await);\n";

/// The builders of structures: the member that holds one, its type, and whether building it can fail.
const STRUCTURES: [(&str, &str, bool); 8] = [
    ("source.s3", "S3Source", true),
    ("destination.s3", "S3Destination", false),
    ("source", "Source", false),
    ("destination", "Destination", false),
    ("signingMaterial", "SigningMaterial", true),
    ("signatureValidityPeriod", "SignatureValidityPeriod", false),
    ("overrides", "SigningPlatformOverrides", false),
    ("overrides.signingConfiguration", "SigningConfigurationOverrides", false),
];

/// The program of a root. Text stands in comments and, as Rust writes it, in literals: what is hidden there
/// may be spelt out.
pub fn rust_program(row: &FindingRow, root: &Root, target: &TargetInfo) -> String {
    visible(&program(row, root, target))
}

fn program(row: &FindingRow, root: &Root, target: &TargetInfo) -> String {
    let mut out = String::new();
    comment(
        &mut out,
        "//!",
        &format!("{}: {} ({}) at {}", row.id, row.requirement, row.basis.id(), row.places()),
    );
    comment(&mut out, "//!", &row.summary);
    let given = Circumstances::new(root, target);
    let mut bound = Bound::default();
    given.bind(&mut bound, str::to_lowercase);
    let (calls, sent) = calls(root, &mut bound);
    let none = || {
        (!sent).then(|| format!("The SDK can send none of these requests; {}.sh does, with curl.", row.id))
    };
    if let Some(sentence) = nothing_to_send(row, root).or_else(none) {
        return format!(
            "{out}\nfn main() {{\n    println!(\"{{}}\", {sentence:?});\n{}}}\n",
            conclusion(row)
        );
    }
    out.push_str(HEAD);
    for (used, path) in
        [("Blob::", "primitives::Blob"), ("DateTime::", "primitives::DateTime"), ("::builder()", "types::*")]
    {
        if calls.contains(used) {
            let _ = writeln!(out, "use aws_sdk_signer::{path};");
        }
    }
    out.push_str(MAIN);
    if root.exchanges.iter().any(|exchange| exchange.by == Account::Other) {
        out.push_str(OTHER);
    }
    out + &variables(&given, &calls) + &calls + &conclusion(row) + "}\n"
}

/// What was permitted, and what the run observed.
fn conclusion(row: &FindingRow) -> String {
    let lines = outcome(row).map(|line| format!("    println!(\"{{}}\", {line:?});\n"));
    format!("\n{}", lines.concat())
}

/// The variables that hold what the requests take for granted.
fn variables(given: &Circumstances, calls: &str) -> String {
    let mut out = String::new();
    if !given.prefix.is_empty() {
        let _ = writeln!(
            out,
            "    // Every name begins with this: give another one each time, as a name is taken for good."
        );
        let _ = writeln!(
            out,
            "    let run = std::env::args().nth(1).expect(\"{} letters\");",
            given.prefix.len()
        );
    }
    let mut variable = |name: &str, otherwise: &str| {
        let lower = name.to_lowercase();
        if calls.contains(&format!("{{{lower}}}")) {
            let _ = writeln!(out, "    let {lower} = std::env::var({name:?}){otherwise};");
        }
    };
    variable("AWS_REGION", ".expect(\"AWS_REGION is set\")");
    for (name, account) in
        [("SIGNER_ACCOUNT", &given.owner_account), ("SIGNER_OTHER_ACCOUNT", &given.other_account)]
    {
        // Without an answer that tells, the account is the run's.
        let account = account.as_deref().unwrap_or_default();
        variable(name, &format!(".unwrap_or_else(|_| {account:?}.to_owned())"));
    }
    if given.objects.is_some() {
        for name in ["SOURCE_BUCKET", "SOURCE_VERSION", "DESTINATION_BUCKET"] {
            variable(
                name,
                ".expect(\"a bucket or a version of app.zip in it, as the script for curl makes them\")",
            );
        }
    }
    out
}

/// The calls, and whether the SDK can send any of them.
fn calls(root: &Root, bound: &mut Bound) -> (String, bool) {
    let mut out = String::new();
    let mut any = false;
    for (exchange, waits) in without_waits(&root.exchanges) {
        out.push('\n');
        let sent = call(root.program.edition, exchange, bound);
        if waits {
            comment(&mut out, "    //", "Call this again until the job is no longer in progress.");
        }
        if let Some(call) = &sent {
            out.push_str(call);
            any = true;
        } else {
            let request = &exchange.request;
            comment(
                &mut out,
                "    //",
                &format!("The SDK does not send this {} {}; curl does.", request.method, request.target),
            );
        }
        for given in
            bound.learn(exchange, &root.exchanges, |member, number| format!("{}_{number}", snake(member)))
        {
            out.push_str(&keep(&given, sent.is_some()));
        }
    }
    (out, any)
}

/// Keeps what an answer gave.
fn keep(Given { place, variable }: &Given, sent: bool) -> String {
    let member = |getter: &str| {
        format!("answer.as_ref().ok().and_then(|answer| answer.{getter}()).unwrap_or_default().to_owned()")
    };
    match (place, sent) {
        (Place::Member(name), true) => format!("    let {variable} = {};\n", member(&snake(name))),
        (Place::Account, true) => format!(
            "    let {variable} = answer.as_ref().ok().and_then(|answer| \
             answer.arn()?.split(':').nth(4)).map_or({variable}, str::to_owned);\n"
        ),
        (Place::Account, false) => String::new(),
        (Place::Version, _) | (Place::Member(_), false) => format!("    let {variable} = String::new();\n"),
    }
}

/// The call, if the SDK's types can say it.
fn call(edition: Edition, exchange: &Exchange, bound: &Bound) -> Option<String> {
    if exchange.request.signature != Signature::Valid {
        return None;
    }
    let Asked { document, input } = Asked::new(edition, exchange)?;
    let client = match exchange.by {
        Account::Owner => "owner",
        Account::Other => "other",
    };
    let mut out = format!("    let answer = {client}\n        .{}()\n", snake(document.operation.name()));
    for setter in setters("", &document.input, &input, bound)? {
        let _ = writeln!(out, "        {setter}");
    }
    if let Some(region) = &exchange.request.region {
        let region = text(region, bound);
        let _ = writeln!(out, "        .customize()");
        let _ = writeln!(
            out,
            "        .config_override(aws_sdk_signer::config::Builder::new().region(aws_sdk_signer::config::Region::new({region})))"
        );
    }
    out.push_str("        .send()\n        .await;\n    println!(\"{answer:#?}\");\n");
    Some(out)
}

/// The builder's setters for these members.
fn setters(path: &str, members: &[Member], input: &Map<String, Value>, bound: &Bound) -> Option<Vec<String>> {
    let mut out = Vec::new();
    for (name, value) in input {
        let member = members.iter().find(|member| member.name == *name)?;
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let setter = snake(name);
        match (&member.shape, value) {
            (Shape::List { item, .. }, Value::Array(items)) => {
                for value in items {
                    out.push(format!(".{setter}({})", literal(&path, item, value, bound)?));
                }
            }
            (Shape::Map { .. }, Value::Object(entries)) => {
                for (key, value) in entries {
                    out.push(format!(".{setter}({}, {})", text(key, bound), text(value.as_str()?, bound)));
                }
            }
            (shape, value) => out.push(format!(".{setter}({})", literal(&path, shape, value, bound)?)),
        }
    }
    Some(out)
}

/// A value as an expression of its type.
fn literal(path: &str, shape: &Shape, value: &Value, bound: &Bound) -> Option<String> {
    Some(match (shape, value) {
        (Shape::String { values, .. }, Value::String(value)) => {
            let text = text(value, bound);
            if values.is_empty() { text } else { format!("{text}.into()") }
        }
        (Shape::Integer { .. }, Value::Number(number)) if number.is_i64() => number.to_string(),
        (Shape::Boolean, Value::Bool(value)) => value.to_string(),
        (Shape::Timestamp, Value::Number(seconds)) => {
            format!("DateTime::from_secs_f64({:?})", seconds.as_f64()?)
        }
        (Shape::Timestamp, Value::String(time)) => {
            let time: jiff::Timestamp = time.parse().ok()?;
            format!("DateTime::from_secs({})", time.as_second())
        }
        (Shape::Blob { .. }, Value::String(base64)) => {
            format!("Blob::new({:?})", String::from_utf8(STANDARD.decode(base64).ok()?).ok()?)
        }
        (Shape::Structure { members }, Value::Object(input)) => {
            let (_, name, fallible) = STRUCTURES.iter().find(|(known, ..)| *known == path)?;
            let setters = setters(path, members, input, bound)?.concat();
            let complete = if *fallible { ".expect(\"complete\")" } else { "" };
            format!("{name}::builder(){setters}.build(){complete}")
        }
        _ => return None,
    })
}

/// A text, with what the run has bound in its place.
fn text(text: &str, bound: &Bound) -> String {
    let pieces = bound.pieces(text);
    if let [] | [Piece::Literal(_)] = pieces.as_slice() {
        return format!("{text:?}");
    }
    let format: String = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.replace('{', "{{").replace('}', "}}"),
            Piece::Variable(variable) => format!("{{{variable}}}"),
        })
        .collect();
    format!("format!({format:?})")
}

/// `profileName` as `profile_name`.
fn snake(name: &str) -> String {
    kebab(name).replace('-', "_")
}

fn comment(out: &mut String, mark: &str, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "{mark} {}", visible(line));
    }
}
