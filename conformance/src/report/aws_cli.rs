//! A counterexample as a shell script that calls the AWS CLI.

use std::fmt::Write as _;

use signer_schemas::Edition;

use crate::data::exchange::Exchange;
use crate::data::run::{Root, TargetInfo};
use crate::data::signature::Signature;
use crate::data::visible;
use crate::report::FindingRow;
use crate::report::asked::Asked;
use crate::report::bound::{Bound, Place};
use crate::report::circumstances::{APP_ZIP, Circumstances};
use crate::report::shell::{
    caller, comment, conclusion, format_of, helpers, keep, nothing_to_send, only_says, set_up, title, turn,
    variables, without_waits,
};

const HEAD: &str = r#"
# Needs the AWS CLI. Set SIGNER_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and for a second account
# SIGNER_OTHER_ACCESS_KEY_ID, SIGNER_OTHER_SECRET_ACCESS_KEY; SIGNER_S3_ENDPOINT if the S3 is elsewhere;
# AWS_CA_BUNDLE for a file of certificates to trust, or SIGNER_INSECURE=1 to take any.
set -u
: "${SIGNER_ENDPOINT:?the URL of the Signer to call}"
: "${AWS_REGION:=us-east-1}"
export AWS_PAGER= AWS_MAX_ATTEMPTS=1 AWS_DISABLE_HOST_PREFIX_INJECTION=true
work=$(mktemp -d) region=$AWS_REGION
trap 'rm -rf "$work"' EXIT
answer=$work/answer
# What is wrong on purpose is left to the endpoint to refuse.
export AWS_CONFIG_FILE="$work/config"
printf '[default]\nparameter_validation = false\ncli_follow_urlparam = false\ncli_binary_format = base64\ns3 =\n  addressing_style = path\n' >"$AWS_CONFIG_FILE"

# call WHO COMMAND [option…]: asks in $region, and shows the answer. WHO is the owner, the other account,
# denied (an identity of the owner's account without permissions), nobody (unsigned), a stranger (an access
# key that nobody has) or a forger (the owner's key, a wrong secret).
call() {
  who=$1
  shift
  echo
  printf 'aws signer %s\n' "$*" | shown '>'
  set -- "$@" --endpoint-url "$SIGNER_ENDPOINT" --region "$region" --output json ${SIGNER_INSECURE:+--no-verify-ssl}
  (
    case $who in
      other) AWS_ACCESS_KEY_ID=${SIGNER_OTHER_ACCESS_KEY_ID-} AWS_SECRET_ACCESS_KEY=${SIGNER_OTHER_SECRET_ACCESS_KEY-} ;;
      denied)
        AWS_ACCESS_KEY_ID=${SIGNER_DENIED_ACCESS_KEY_ID-} AWS_SECRET_ACCESS_KEY=${SIGNER_DENIED_SECRET_ACCESS_KEY-}
        ;;
      nobody) set -- "$@" --no-sign-request ;;
      stranger) AWS_ACCESS_KEY_ID=AKIDNOBODY000000000 AWS_SECRET_ACCESS_KEY=secret ;;
      forger) AWS_SECRET_ACCESS_KEY=wrong ;;
    esac
    if [ "$who" != owner ]; then unset AWS_SESSION_TOKEN; fi
    export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    aws signer "$@" >"$answer" 2>&1
  )
  shown '<' <"$answer"
}
"#;

const S3: &str = r#"
# s3 COMMAND [option…]: calls the S3 that jobs read from and write to, and shows the answer.
s3() {
  aws s3api "$@" --endpoint-url "${SIGNER_S3_ENDPOINT:-$SIGNER_ENDPOINT}" --region "$AWS_REGION" --output json \
    ${SIGNER_INSECURE:+--no-verify-ssl} >"$answer" 2>&1
  shown '<' <"$answer"
}
"#;

const STORE: &str = r#"s3 put-object --bucket "$SOURCE_BUCKET" --key "$key" --body "$work/app.zip"
SOURCE_VERSION=$(given VersionId)
"#;

/// The script of a root.
pub fn aws_cli_script(row: &FindingRow, root: &Root, target: &TargetInfo) -> String {
    if let Some(sentence) = nothing_to_send(row, root) {
        return only_says(row, &sentence);
    }
    if !root.exchanges.iter().any(|exchange| asked(root.program.edition, exchange).is_some()) {
        return only_says(
            row,
            &format!("The AWS CLI can send none of these requests; {}.sh does, with curl.", row.id),
        );
    }
    let given = Circumstances::new(root, target);
    let mut bound = Bound::default();
    given.bind(&mut bound, str::to_owned);
    let mut calls = variables(root, &given);
    if let Some(objects) = &given.objects {
        calls.push_str(S3);
        let store = format!("printf {} >\"$work/app.zip\"\n{STORE}", format_of(APP_ZIP));
        calls.push_str(&set_up(objects, &bound, &make, &store));
    }
    let mut region = None;
    for (exchange, waits) in without_waits(&root.exchanges) {
        calls.push('\n');
        calls.push_str(&turn(&mut region, exchange, &bound));
        let sent = asked(root.program.edition, exchange);
        if let Some(asked) = &sent {
            call(&mut calls, exchange, asked, waits, &bound);
        } else {
            let request = &exchange.request;
            comment(
                &mut calls,
                &format!("The AWS CLI cannot send this {} {}; curl can.", request.method, request.target),
            );
        }
        for given in bound.learn(exchange, &root.exchanges, |member, number| format!("{member}_{number}")) {
            match &sent {
                Some(_) => calls.push_str(&keep(&given)),
                None if given.place == Place::Account => {}
                None => drop(writeln!(calls, "{}=", given.variable)),
            }
        }
    }
    title(row) + HEAD + &helpers(&calls) + &calls + &conclusion(row)
}

/// Makes a bucket, which keeps versions if objects to sign go there.
fn make(variable: &str) -> String {
    let mut out = format!("  s3 create-bucket --bucket \"${variable}\"\n");
    if variable == "SOURCE_BUCKET" {
        let _ = writeln!(
            out,
            "  s3 put-bucket-versioning --bucket \"${variable}\" --versioning-configuration Status=Enabled"
        );
    }
    out
}

/// What the request asks, if the AWS CLI can send it.
fn asked(edition: Edition, exchange: &Exchange) -> Option<Asked> {
    let signatures = [
        Signature::Valid,
        Signature::Missing,
        Signature::UnknownKey,
        Signature::WrongSecret,
        Signature::Denied,
    ];
    Asked::new(edition, exchange).filter(|_| signatures.contains(&exchange.request.signature))
}

/// The input as JSON: the AWS CLI takes options' values for names of files (`file://…`), for options, or for
/// notations of its own, and what an answer gave may look like any of these.
fn call(
    out: &mut String,
    exchange: &Exchange,
    Asked { document, input }: &Asked,
    waits: bool,
    bound: &Bound,
) {
    let again = if waits { "ended " } else { "" };
    let input = visible::json(input).expect("a JSON object is JSON");
    let operation = kebab(document.operation.name());
    let _ = writeln!(
        out,
        "{again}call {} {operation} \\\n  --cli-input-json {}",
        caller(exchange),
        bound.word(&input)
    );
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
