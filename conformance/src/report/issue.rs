//! A finding as an issue for the tracker of the product that it was found in: what was sent, what was
//! expected and who says so, what came, and commands to see it again. Nothing in it speaks of this program
//! but the last line.

use std::fmt::{self, Write as _};

use crate::data::exchange::{Exchange, Request, Service};
use crate::data::signature::Signature;
use crate::data::visible::{on_one_line, visible};
use crate::report::counterexample::Counterexample;
use crate::report::sent::{body_line, request_line};
use crate::report::shell::shell_word;
use crate::report::words::cut_to;
use crate::report::{FindingRow, Report};

/// So many requests are shown; of more, the first ones and the last ones.
const MOST: usize = 8;

/// The longest text of a body that is shown.
const LONGEST: usize = 1500;

/// What names begin with in place of the run's prefix, cut to its length: some names are as long as they may
/// be.
const PREFIX: &str = "exampleexample";

/// The finding as Markdown. `product` is what it was found in, with its version.
pub fn issue(report: &Report, row: &FindingRow, counterexample: &Counterexample, product: &str) -> String {
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = render(&mut out, report, row, counterexample, product);
    let prefix = &counterexample.prefix;
    let out = match PREFIX.get(..prefix.len()) {
        Some(other) if !prefix.is_empty() => out.replace(prefix, other),
        _ => out,
    };
    visible(&out)
}

fn render(
    out: &mut String,
    report: &Report,
    row: &FindingRow,
    found: &Counterexample,
    product: &str,
) -> fmt::Result {
    writeln!(out, "# {}: {}\n", row.operation, cut_to(&on_one_line(&row.statement), 110))?;
    let asked: Vec<&Exchange> = found.exchanges.iter().collect();
    let (first, last) = shown(&asked);
    let between = asked.len() - first.len() - last.len();
    writeln!(out, "**Sent**\n")?;
    let mut sent = String::new();
    for exchange in first.iter().chain(last) {
        let came = exchange
            .outcome
            .as_ref()
            .map_or_else(ToString::to_string, |response| response.status.to_string());
        writeln!(sent, "{} → {came}", request_line(&exchange.request, LONGEST, ""))?;
    }
    fenced(out, "", &sent)?;
    if between > 0 {
        writeln!(out, "({between} more requests between the first and the last of these.)\n")?;
    }
    writeln!(out, "**Expected**\n\n{}\n", on_one_line(&row.says()))?;
    if !row.permitted.is_empty() {
        let permitted: Vec<String> = row.expected().map(on_one_line).collect();
        fenced(out, "", &(permitted.join("\nor ") + "\n"))?;
    }
    writeln!(out, "Source: {}\n", on_one_line(&row.source))?;
    if let Some(address) = row.address() {
        writeln!(out, "<{address}>\n")?;
    }
    writeln!(out, "**Observed**\n")?;
    fenced(out, "", &format!("{}\n", answer(asked.last(), row)))?;
    writeln!(out, "**Version**\n\n{}\n", on_one_line(product))?;
    writeln!(out, "**To see it again**\n")?;
    let mut commands = format!("ENDPOINT={}\n", shell_word(&report.target.endpoint));
    for exchange in first.iter().chain(last).filter(|exchange| exchange.to == Service::Signer) {
        commands.push_str(&curl(&exchange.request));
    }
    fenced(out, "sh", &commands)?;
    writeln!(out, "Found with signer-conformance {}.", report.suite_version)
}

/// The first and the last ones, all of them if they are few.
fn shown<'a, 'b>(asked: &'b [&'a Exchange]) -> (&'b [&'a Exchange], &'b [&'a Exchange]) {
    if asked.len() <= MOST { (asked, &[]) } else { (&asked[..MOST / 2], &asked[asked.len() - MOST / 2..]) }
}

/// The answer that shows it.
fn answer(last: Option<&&Exchange>, row: &FindingRow) -> String {
    let Some(Ok(response)) = last.map(|exchange| &exchange.outcome) else { return row.observed.clone() };
    let interesting = ["content-type", "x-amzn-errortype", "x-amzn-requestid"];
    let headers = response.headers.iter().filter(|(name, _)| interesting.contains(&name.as_str()));
    let headers = headers
        .fold(String::new(), |headers, (name, value)| headers + &format!("{name}: {}\n", on_one_line(value)));
    let body = body_line(&response.body, LONGEST);
    let told = format!("HTTP {}\n{headers}\n{body}", response.status);
    let observed = on_one_line(&row.observed);
    // What was looked at may be a part of it, or what several answers have to do with each other.
    if body.contains(row.observed.trim()) || observed.starts_with(char::is_numeric) {
        told.trim_end().to_owned()
    } else {
        format!("{}\n\n{observed}", told.trim_end())
    }
}

/// The request as a command.
fn curl(request: &Request) -> String {
    let Request { method, target, headers, body, filler_bytes: _, signature, region } = request;
    let mut out = format!("curl -sS -i -g --path-as-is -X {method} \"$ENDPOINT\"{}", shell_word(target));
    for (name, value) in headers {
        let _ = write!(out, " \\\n  -H {}", shell_word(&format!("{name}: {value}")));
    }
    match signature {
        Signature::Missing => {}
        Signature::Valid => {
            let region = region.as_deref().unwrap_or("us-east-1");
            let scope = shell_word(&format!("aws:amz:{region}:signer"));
            let _ = write!(
                out,
                " \\\n  --aws-sigv4 {scope} --user \"${{AWS_ACCESS_KEY_ID:-test}}:${{AWS_SECRET_ACCESS_KEY:-test}}\""
            );
        }
        other => out = format!("# signed in another way than it should be: {other:?}\n{out}"),
    }
    match std::str::from_utf8(body) {
        Ok("") => {}
        Ok(text) if !text.contains('\0') => {
            let _ = write!(out, " \\\n  --data-binary {}", shell_word(text));
        }
        _ => {
            let octal = body.iter().fold(String::new(), |octal, byte| octal + &format!("\\{byte:03o}"));
            out = format!("printf '{octal}' | {out} \\\n  --data-binary @-");
        }
    }
    out + "\n"
}

/// A block of code, in a fence longer than any in it.
fn fenced(out: &mut String, language: &str, text: &str) -> fmt::Result {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    writeln!(out, "{fence}{language}\n{}\n{fence}\n", text.trim_end())
}
