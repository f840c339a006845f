//! A counterexample as a shell script that calls the AWS CLI.

use std::fmt::Write as _;

use serde_json::Value;
use signer_schemas::{Edition, Shape};

use super::FindingRow;
use super::asked::Asked;
use super::bound::Bound;
use super::curl::{caller, comment, draw_prefix};
use crate::{Exchange, Request, Root, Signature};

const HEAD: &str = r#"
# Needs the AWS CLI. Set SIGNER_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and for a second account
# SIGNER_OTHER_ACCESS_KEY_ID, SIGNER_OTHER_SECRET_ACCESS_KEY.
set -u
: "${SIGNER_ENDPOINT:?the URL of the Signer to call}"
: "${AWS_REGION:=us-east-1}"
export AWS_PAGER= AWS_MAX_ATTEMPTS=1 AWS_DISABLE_HOST_PREFIX_INJECTION=true
# What is wrong on purpose is left to the endpoint to refuse.
AWS_CONFIG_FILE=$(mktemp)
export AWS_CONFIG_FILE
trap 'rm -f "$AWS_CONFIG_FILE"' EXIT
printf '[default]\nparameter_validation = false\ncli_binary_format = base64\n' >"$AWS_CONFIG_FILE"

# call WHO COMMAND [option…]: prints the answer and keeps it in $answer. WHO is the owner, the other account, nobody
# (unsigned), a stranger (an access key that nobody has) or a forger (the owner's key, a wrong secret).
call() {
  who=$1
  shift
  printf '\n> aws signer %s\n' "$*"
  set -- "$@" --endpoint-url "$SIGNER_ENDPOINT" --region "$AWS_REGION" --output json
  answer=$(
    case $who in
      other) AWS_ACCESS_KEY_ID=${SIGNER_OTHER_ACCESS_KEY_ID-} AWS_SECRET_ACCESS_KEY=${SIGNER_OTHER_SECRET_ACCESS_KEY-} ;;
      nobody) set -- "$@" --no-sign-request ;;
      stranger) AWS_ACCESS_KEY_ID=AKIDNOBODY000000000 AWS_SECRET_ACCESS_KEY=secret ;;
      forger) AWS_SECRET_ACCESS_KEY=wrong ;;
    esac
    if [ "$who" != owner ]; then unset AWS_SESSION_TOKEN; fi
    export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    aws signer "$@" 2>&1
  )
  printf '%s\n' "$answer"
}

# given MEMBER: its value in the last answer.
given() {
  printf '%s\n' "$answer" | sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' | head -n 1
}
"#;

/// The script of a root.
pub fn aws_cli_script(row: &FindingRow, root: &Root) -> String {
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
        call(&mut out, root.program.edition, exchange, &bound);
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

fn call(out: &mut String, edition: Edition, exchange: &Exchange, bound: &Bound) {
    let request = &exchange.request;
    let asked = Asked::new(edition, exchange).filter(|_| {
        matches!(request.signature, Signature::Valid | Signature::Missing | Signature::UnknownKey | Signature::WrongSecret)
    });
    let Some(Asked { document, input }) = asked else {
        comment(out, &format!("The AWS CLI cannot send this {} {}; curl can.", request.method, request.target));
        return;
    };
    let _ = write!(out, "call {} {}", caller(exchange), kebab(document.operation.name()));
    let simple = document.input.iter().all(|member| !member.required || input.contains_key(&member.name))
        && input.iter().all(|(name, value)| document.member(name).is_some_and(|member| is_simple(&member.shape, value)));
    if simple {
        for (name, value) in &input {
            let flag = kebab(name);
            let _ = match value {
                Value::Bool(true) => write!(out, " \\\n  --{flag}"),
                Value::Bool(false) => write!(out, " \\\n  --no-{flag}"),
                Value::Array(items) => {
                    let items: Vec<String> = items.iter().map(|item| bound.word(&plain(item))).collect();
                    write!(out, " \\\n  --{flag} {}", items.join(" "))
                }
                other => write!(out, " \\\n  --{flag} {}", bound.word(&plain(other))),
            };
        }
    } else {
        let _ = write!(out, " \\\n  --cli-input-json {}", bound.word(&Value::Object(input).to_string()));
    }
    out.push('\n');
}

/// Whether the value fits one option of the command line, and is not read as something else there.
fn is_simple(shape: &Shape, value: &Value) -> bool {
    let word = |value: &Value| {
        value.as_str().is_some_and(|text| !text.is_empty() && !text.starts_with(['-', '@', '{', '[']) && !text.contains("://"))
    };
    match shape {
        Shape::String { .. } => word(value),
        Shape::Timestamp => value.is_number() || word(value),
        Shape::Integer { .. } => value.is_i64(),
        Shape::Boolean => value.is_boolean(),
        Shape::List { item, .. } => {
            matches!(**item, Shape::String { .. })
                && value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(word))
        }
        Shape::Blob { .. } | Shape::Map { .. } | Shape::Structure { .. } => false,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `profileName` as `profile-name`, as the AWS CLI spells commands and options.
pub(super) fn kebab(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}
