//! A counterexample as a shell script: the same requests with `curl`, against any endpoint.
//!
//! The run's name prefix is drawn anew each time, as a name that was used once is taken; ids that the target
//! gave in earlier answers (jobs, versions, revisions) are read from the answers of now.

use std::fmt::Write as _;

use crate::data::exchange::{Exchange, Request};
use crate::data::run::{Root, TargetInfo};
use crate::data::signature::Signature;
use crate::report::FindingRow;
use crate::report::bound::Bound;
use crate::report::circumstances::{APP_ZIP, Circumstances};
use crate::report::shell::{
    VERSION, caller, comment, conclusion, format_of, helpers, keep, nothing_to_send, only_says, set_up,
    title, turn, variables, without_waits,
};

const HEAD: &str = r#"
# Needs curl and openssl. Set SIGNER_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY (none: unsigned), and for
# a second account SIGNER_OTHER_ACCESS_KEY_ID, SIGNER_OTHER_SECRET_ACCESS_KEY; one without permissions
# SIGNER_DENIED_ACCESS_KEY_ID, SIGNER_DENIED_SECRET_ACCESS_KEY; SIGNER_S3_ENDPOINT if the S3 is elsewhere;
# AWS_CA_BUNDLE for a file of certificates to trust, or SIGNER_INSECURE=1 to take any.
set -u
: "${SIGNER_ENDPOINT:?the URL of the Signer to call}"
: "${AWS_REGION:=us-east-1}"
work=$(mktemp -d) age=0 region=$AWS_REGION
trap 'rm -rf "$work"' EXIT
body=$work/body answer=$work/answer
: >"$body"

# call WHO SERVICE METHOD TARGET [HEADER…]: sends what is in the file $body, signed so long ago as $age says and for $region,
# and shows the answer. WHO is the owner, the other account, denied (an identity of the owner's account without permissions),
# nobody (unsigned), a stranger (an access key that nobody has) or a forger (the owner's key, a wrong secret).
call() {
  who=$1 service=$2 method=$3 target=$4
  shift 4
  id=${AWS_ACCESS_KEY_ID-} secret=${AWS_SECRET_ACCESS_KEY-} token=${AWS_SESSION_TOKEN-} url=$SIGNER_ENDPOINT
  case $who in
    other) id=${SIGNER_OTHER_ACCESS_KEY_ID-} secret=${SIGNER_OTHER_SECRET_ACCESS_KEY-} token= ;;
    denied) id=${SIGNER_DENIED_ACCESS_KEY_ID-} secret=${SIGNER_DENIED_SECRET_ACCESS_KEY-} token= ;;
    nobody) id= ;;
    stranger) id=${id:+AKIDNOBODY0000000} ;;
    forger) secret=$secret-wrong ;;
  esac
  if [ "$service" = s3 ]; then url=${SIGNER_S3_ENDPOINT:-$url}; fi
  url=${url%/}
  for header; do printf '%s\n' "$header"; done >"$work/headers"
  # Otherwise curl says that the body is a form, and waits to be told to send it.
  if ! grep -qi '^content-type:' "$work/headers"; then echo 'content-type:' >>"$work/headers"; fi
  echo 'expect:' >>"$work/headers"
  if [ -n "$id" ]; then sign >>"$work/headers"; fi
  set -- ${AWS_CA_BUNDLE:+--cacert "$AWS_CA_BUNDLE"} ${SIGNER_INSECURE:+--insecure}
  case $method in
    POST | PUT | PATCH) set -- "$@" --data-binary "@$body" ;;
    *) if [ -s "$body" ]; then set -- "$@" --data-binary "@$body"; fi ;;
  esac
  echo
  printf '%s %s\n' "$method" "$target" | shown '>'
  : >"$answer"
  curl --silent --show-error --include --globoff --path-as-is --output "$answer" --request "$method" \
    --url "$url$target" --header "@$work/headers" "$@" 2>&1 | shown '!'
  shown '<' <"$answer"
  : >"$body"
  age=0
}

# sign: the headers of Signature Version 4. curl's own signature has the path encoded once, as S3 alone wants it; others want
# what goes over the wire encoded once more.
sign() {
  host=$(sed -n 's/^[Hh]ost: *//p' "$work/headers")
  at=$(TZ=UTC$age date +%Y%m%dT%H%M%SZ)
  hash=$(sha256 <"$body")
  authority=${url#*://} path=${url#*://}
  authority=${authority%%/*} path=${path#"${path%%/*}"}${target%%\?*}
  query=$(printf '%s\n' "$target" | sed -n 's/^[^?]*?//p' | tr '&' '\n' | sed -e '/^$/d' -e '/=/!s/$/=/' |
    LC_ALL=C sort | paste -s -d '&' -)
  signed=x-amz-date:$at
  if [ -n "$token" ]; then signed=$(printf '%s\n' "$signed" "x-amz-security-token:$token"); fi
  if [ "$service" = s3 ]; then
    signed=$(printf '%s\n' "x-amz-content-sha256:$hash" "$signed")
  else
    path=$(printf '%s' "$path" | sed 's/%/%25/g; s/:/%3A/g; s#//*#/#g')
  fi
  names=$(printf 'host\n%s' "$signed" | sed 's/:.*//' | paste -s -d ';' -)
  request=$(printf '%s\n' "$method" "$path" "$query" "host:${host:-${authority##*@}}" "$signed" '' "$names" "$hash")
  day=${at%T*}
  scope=$day/$region/$service/aws4_request
  key=$(printf 'AWS4%s' "$secret" | od -A n -v -t x1 | tr -d ' \n')
  for part in "$day" "$region" "$service" aws4_request; do key=$(printf '%s' "$part" | keyed "$key"); done
  signature=$(printf 'AWS4-HMAC-SHA256\n%s\n%s\n%s' "$at" "$scope" "$(printf '%s' "$request" | sha256)" | keyed "$key")
  printf '%s\n' "$signed" \
    "authorization: AWS4-HMAC-SHA256 Credential=$id/$scope, SignedHeaders=$names, Signature=$signature"
}

sha256() { openssl dgst -sha256 "$@" | sed 's/.* //'; }
keyed() { sha256 -mac HMAC -macopt "hexkey:$1"; }
"#;

const VERSIONING: &str = r#"<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>"#;

/// The script of a root.
pub fn curl_script(row: &FindingRow, root: &Root, target: &TargetInfo) -> String {
    if let Some(sentence) = nothing_to_send(row, root) {
        return only_says(row, &sentence);
    }
    let given = Circumstances::new(root, target);
    let mut bound = Bound::default();
    given.bind(&mut bound, str::to_owned);
    let mut calls = variables(root, &given);
    if let Some(objects) = &given.objects {
        let store = format!(
            "printf {} >\"$body\"\ncall owner s3 PUT \"/$SOURCE_BUCKET/$key\"\n\
             SOURCE_VERSION=$(given '{VERSION}')\n",
            format_of(APP_ZIP)
        );
        calls.push_str(&set_up(objects, &bound, &make, &store));
    }
    let mut region = None;
    for (exchange, waits) in without_waits(&root.exchanges) {
        calls.push('\n');
        calls.push_str(&turn(&mut region, exchange, &bound));
        call(&mut calls, exchange, waits, &bound);
        for given in bound.learn(exchange, &root.exchanges, |member, number| format!("{member}_{number}")) {
            calls.push_str(&keep(&given));
        }
    }
    title(row) + HEAD + &helpers(&calls) + &calls + &conclusion(row)
}

/// Makes a bucket, which keeps versions if objects to sign go there.
fn make(variable: &str) -> String {
    let mut out = format!("  call owner s3 PUT \"/${variable}\"\n");
    if variable == "SOURCE_BUCKET" {
        let _ = write!(
            out,
            "  printf '%s' '{VERSIONING}' >\"$body\"\n  call owner s3 PUT \"/${variable}?versioning=\"\n"
        );
    }
    out
}

fn call(out: &mut String, exchange: &Exchange, waits: bool, bound: &Bound) {
    let Request { method, target, headers, body, filler_bytes, signature, region: _ } = &exchange.request;
    match std::str::from_utf8(body) {
        Ok("") if *filler_bytes > 0 => {
            let _ = writeln!(out, "head -c {filler_bytes} /dev/zero | tr '\\0' 0 >\"$body\"");
        }
        Ok("") => {}
        Ok(text) if !text.contains('\0') => {
            let _ = writeln!(out, "printf '%s' {} >\"$body\"", bound.word(text));
        }
        Ok(_) | Err(_) => {
            let _ = writeln!(out, "printf {} >\"$body\"", format_of(body));
        }
    }
    match signature {
        Signature::Incomplete
        | Signature::Query
        | Signature::QueryAlgorithm
        | Signature::QueryExpired
        | Signature::DateAlone
        | Signature::ExtendedDate
        | Signature::OpenCredential
        | Signature::OtherService
        | Signature::NoRegion
        | Signature::StrangeRegion
        | Signature::OtherHash
        | Signature::OtherBody
        | Signature::PayloadWord
        | Signature::UncoveredHeader
        | Signature::HeaderAndQuery
        | Signature::TwoAuthorizations(_)
        | Signature::TwoParts(_)
        | Signature::Temporary
        | Signature::NoToken
        | Signature::OtherToken => {
            comment(
                out,
                &format!("Signed as usual here; the run sent it with a signature of the kind {signature:?}."),
            );
        }
        Signature::Expired => out.push_str("age=1:00\n"),
        Signature::Aged(minutes) => drop(writeln!(out, "age=0:{minutes:02}")),
        Signature::Ahead(minutes) => drop(writeln!(out, "age=-0:{minutes:02}")),
        Signature::Valid
        | Signature::Missing
        | Signature::UnknownKey
        | Signature::WrongSecret
        | Signature::Denied
        | Signature::TwoDates => {}
    }
    let again = if waits { "ended " } else { "" };
    let _ = write!(
        out,
        "{again}call {} {} {} {}",
        caller(exchange),
        exchange.to.id(),
        bound.word(method),
        bound.word(target)
    );
    for (name, value) in headers {
        let _ = write!(out, " {}", bound.word(&format!("{name}: {value}").replace('\n', " ")));
    }
    if *signature == Signature::TwoDates {
        out.push_str(" 'date: Fri, 31 Dec 1999 23:59:59 GMT'");
    }
    out.push('\n');
}
