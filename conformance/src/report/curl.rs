//! A counterexample as a shell script: the same requests with `curl`, against any endpoint.
//!
//! The run's name prefix is drawn anew each time, as a name that was used once is taken; ids that the target gave in
//! earlier answers (jobs, versions, revisions) are read from the answers of now.

use std::fmt::Write as _;

use signer_model::Account;

use super::FindingRow;
use super::bound::Bound;
use crate::{Exchange, Request, Root, Signature};

const HEAD: &str = r#"
# Needs curl 7.75 or later. Set SIGNER_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY (none: unsigned),
# and for a second account SIGNER_OTHER_ACCESS_KEY_ID, SIGNER_OTHER_SECRET_ACCESS_KEY.
set -u
: "${SIGNER_ENDPOINT:?the URL of the Signer to call}"
: "${AWS_REGION:=us-east-1}"

# call WHO SERVICE METHOD TARGET [curl option…]: prints the answer and keeps it in $answer. WHO is the owner, the other
# account, nobody (unsigned), a stranger (an access key that nobody has) or a forger (the owner's key, a wrong secret).
call() {
  who=$1 service=$2 method=$3 target=$4
  shift 4
  user=${AWS_ACCESS_KEY_ID-}:${AWS_SECRET_ACCESS_KEY-} token=${AWS_SESSION_TOKEN-} url=$SIGNER_ENDPOINT
  case $who in
    other) user=${SIGNER_OTHER_ACCESS_KEY_ID-}:${SIGNER_OTHER_SECRET_ACCESS_KEY-} token= ;;
    nobody) user=: token= ;;
    stranger) user=AKIDNOBODY000000000:secret token= ;;
    forger) user=${AWS_ACCESS_KEY_ID-}:wrong ;;
  esac
  if [ "$service" = s3 ]; then url=${SIGNER_S3_ENDPOINT:-$SIGNER_ENDPOINT}; fi
  if [ "$user" != : ]; then set -- --aws-sigv4 "aws:amz:$AWS_REGION:$service" --user "$user" "$@"; fi
  if [ -n "$token" ]; then set -- --header "x-amz-security-token: $token" "$@"; fi
  printf '\n> %s %s\n' "$method" "$target"
  answer=$(curl --silent --show-error --include --globoff --path-as-is \
    --request "$method" --url "${url%/}$target" "$@")
  printf '%s\n' "$answer"
}

# given MEMBER: its value in the last answer.
given() {
  printf '%s\n' "$answer" | sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' | head -n 1
}
"#;

/// The script of a root.
pub fn curl_script(row: &FindingRow, root: &Root) -> String {
    let mut out = format!("#!/bin/sh\n# {}: {} ({}) at {}\n", row.id, row.requirement, row.basis.id(), row.places());
    comment(&mut out, &row.summary);
    out.push_str(HEAD);
    let mut bound = Bound::default();
    out.push_str(&draw_prefix(&root.prefix, &mut bound));
    let mut before: Option<&Request> = None;
    for exchange in &root.exchanges {
        out.push('\n');
        if before == Some(&exchange.request) {
            out.push_str("sleep 1\n");
        }
        call(&mut out, exchange, &bound);
        for given in bound.learn(exchange, &root.exchanges, |member, number| format!("{member}_{number}")) {
            let _ = writeln!(out, "{}=$(given {})", given.variable, given.member);
        }
        before = Some(&exchange.request);
    }
    out.push('\n');
    comment(&mut out, &format!("Permitted: {}", row.permitted.join("; ")));
    comment(&mut out, &format!("Observed: {}", row.observed));
    out
}

/// Draws the run's prefix anew, in `$RUN`.
pub(super) fn draw_prefix(prefix: &str, bound: &mut Bound) -> String {
    if prefix.is_empty() {
        return String::new();
    }
    bound.bind(prefix, "RUN");
    format!(
        "\n# Every name begins with this; as long as in the run, as some names are as long as they may be.\n\
         RUN=${{RUN:-$(LC_ALL=C tr -dc 'a-z' </dev/urandom | head -c {})}}\n",
        prefix.len()
    )
}

fn call(out: &mut String, exchange: &Exchange, bound: &Bound) {
    let Request { method, target, headers, body, signature } = &exchange.request;
    let who = caller(exchange);
    let service = exchange.to.id();
    let text = std::str::from_utf8(body).ok();
    if text.is_none() {
        out.push_str("bytes=$(mktemp)\nprintf '");
        for byte in body {
            let _ = write!(out, "\\{byte:03o}");
        }
        out.push_str("' >\"$bytes\"\n");
    }
    if matches!(signature, Signature::Incomplete | Signature::Query | Signature::QueryAlgorithm | Signature::TwoDates) {
        comment(out, &format!("curl signs this one as usual; it was sent with a signature of the kind {signature:?}"));
    }
    let _ = write!(out, "call {who} {service} {} {}", bound.word(method), bound.word(target));
    for (name, value) in headers {
        let _ = write!(out, " \\\n  --header {}", bound.word(&format!("{name}: {value}")));
    }
    if matches!(signature, Signature::Expired | Signature::Aged(_)) {
        out.push_str(" \\\n  --header 'x-amz-date: 20200101T000000Z'");
    }
    if matches!(signature, Signature::Ahead(_)) {
        out.push_str(" \\\n  --header 'x-amz-date: 29990101T000000Z'");
    }
    let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let sends_body = !body.is_empty() || matches!(method.as_str(), "POST" | "PUT" | "PATCH");
    if sends_body && !typed {
        // Otherwise curl says that the body is a form.
        out.push_str(" \\\n  --header 'Content-Type:'");
    }
    match text {
        Some(text) if sends_body => {
            let _ = write!(out, " \\\n  --data-raw {}", bound.word(text));
        }
        Some(_) => {}
        None => out.push_str(" \\\n  --data-binary \"@$bytes\""),
    }
    out.push('\n');
}

/// Who the script's `call` calls as.
pub(super) const fn caller(exchange: &Exchange) -> &'static str {
    match (&exchange.request.signature, exchange.by) {
        (Signature::Missing, _) => "nobody",
        (Signature::UnknownKey, _) => "stranger",
        (Signature::WrongSecret, _) => "forger",
        (_, Account::Owner) => "owner",
        (_, Account::Other) => "other",
    }
}

pub(super) fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "# {line}");
    }
}
