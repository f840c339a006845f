//! What the scripts for a shell have in common, whatever they call with.

use std::fmt::Write as _;

use signer_model::Account;

use crate::data::exchange::Exchange;
use crate::data::program::Step;
use crate::data::run::Root;
use crate::data::signature::Signature;
use crate::data::visible::{is_hidden, logged, on_one_line, visible};
use crate::report::FindingRow;
use crate::report::bound::{Bound, Given, Piece, Place};
use crate::report::circumstances::{Bucket, Circumstances, Objects};

const SHOWN: &str = r#"
# shown MARK: what comes in, behind a mark on each line: `?` for what is not ASCII and for what moves a cursor, one `#` for many.
shown() {
  tr '\t' ' ' | LC_ALL=C tr -c '\n -~' '?' | sed -e 's/###*/#/g' -e "s/^/$1 /"
}
"#;

const GIVEN: &str = r#"
# given NAME: the value of that member, or of that header, in the last answer. It goes into addresses and into JSON, so there is
# none if it holds more than ids and tokens are made of.
given() {
  LC_ALL=C sed -n -e 's|.*"'"$1"'"[[:space:]]*:[[:space:]]*"\([A-Za-z0-9._~+/=-]*\)".*|\1|p' \
    -e 's|^'"$1"':[[:space:]]*\([A-Za-z0-9._~+/=-]*\)[[:space:]]*$|\1|p' "$answer" | head -n 1
}
"#;

const ACCOUNT: &str = r#"
# account KNOWN: the account in the last answer's ARN; the known one if there is none.
account() {
  LC_ALL=C sed -n 's/.*"arn"[[:space:]]*:[[:space:]]*"arn:[^":]*:[^":]*:[^":]*:\([0-9]\{12\}\):.*/\1/p' "$answer" |
    head -n 1 | grep . || printf '%s\n' "$1"
}
"#;

const ENDED: &str = r#"
# ended COMMAND…: runs the command again each second, at most half a minute, while the answer says that the job is in progress.
ended() {
  tries=0
  while "$@" && grep -q '"InProgress"' "$answer" && [ "$tries" -lt 30 ]; do
    tries=$((tries + 1))
    sleep 1
  done
}
"#;

/// Turns to the Region of the next call, if it is another one than that of the call before.
pub(super) fn turn(region: &mut Option<String>, exchange: &Exchange, bound: &Bound) -> String {
    if *region == exchange.request.region {
        return String::new();
    }
    region.clone_from(&exchange.request.region);
    match region {
        Some(region) => format!("region={}\n", bound.word(region)),
        None => "region=$AWS_REGION\n".to_owned(),
    }
}

/// The functions that these calls need, whose answers are shown.
pub(super) fn helpers(calls: &str) -> String {
    let needed = |name: &str| {
        calls
            .lines()
            .any(|line| line.contains(&format!("=$({name} ")) || line.starts_with(&format!("{name} ")))
    };
    let functions =
        [(true, SHOWN), (needed("given"), GIVEN), (needed("account"), ACCOUNT), (needed("ended"), ENDED)];
    functions.into_iter().filter(|(needed, _)| *needed).map(|(_, text)| text).collect()
}

/// How a script begins.
pub(super) fn title(row: &FindingRow) -> String {
    let mut out = String::from("#!/bin/sh\n");
    comment(&mut out, &format!("{}: {} ({}) at {}", row.id, row.requirement, row.basis.id(), row.places()));
    comment(&mut out, &row.summary);
    out
}

/// How a script ends: what was permitted, and what the run observed.
pub(super) fn conclusion(row: &FindingRow) -> String {
    let [permitted, observed] = outcome(row);
    format!("\nprintf '%s\\n' '' {} {}\n", quoted(&permitted), quoted(&observed))
}

/// What was permitted, and what the run observed, a line for each.
pub(super) fn outcome(row: &FindingRow) -> [String; 2] {
    let permitted = if row.permitted.is_empty() {
        "nothing that can be named".to_owned()
    } else {
        row.permitted.join("; ")
    };
    [("Permitted", &permitted), ("Observed in the run", &row.observed)]
        .map(|(what, text)| logged(&format!("{what}: {}", on_one_line(text))))
}

/// Why there is nothing to send, if there is not.
pub(super) fn nothing_to_send(row: &FindingRow, root: &Root) -> Option<String> {
    if !root.exchanges.is_empty() {
        return None;
    }
    let replay = format!("`signer-conformance replay {}.json` runs the program", row.id);
    Some(match root.reproduced.tries {
        0 => format!("No requests are known that show this alone, as it was not tried again; {replay}."),
        tries => format!(
            "No requests are known that show this alone, as it did not show again in {tries} tries; {replay}."
        ),
    })
}

/// A script that only says this.
pub(super) fn only_says(row: &FindingRow, sentence: &str) -> String {
    format!("{}\nprintf '%s\\n' {}\n{}", title(row), quoted(sentence), conclusion(row))
}

/// The variables that hold what the requests take for granted, but for the objects.
pub(super) fn variables(root: &Root, given: &Circumstances) -> String {
    let mut out = String::new();
    if !given.prefix.is_empty() {
        let _ = write!(
            out,
            "\n# Every name begins with this; as long as in the run, as some names are as long as they may be.\n\
             RUN=${{RUN:-$(LC_ALL=C tr -dc 'a-z' </dev/urandom | head -c {})}}\n",
            given.prefix.len()
        );
    }
    let accounts = [("SIGNER_ACCOUNT", &given.owner_account), ("SIGNER_OTHER_ACCOUNT", &given.other_account)];
    if accounts.iter().any(|(_, account)| account.is_some()) {
        out.push_str(
            "\n# The accounts of the keys: those of the run, unless told otherwise, here or by an answer.\n",
        );
    }
    for (variable, account) in accounts {
        if let Some(account) = account {
            out.push_str(&unless_set(variable, account));
        }
    }
    if root.program.steps.iter().any(|step| matches!(step, Step::Together(_))) {
        out.push_str("\n# The run made some of these calls at once; here they come one after the other.\n");
    }
    out
}

/// Gives a variable its value, unless the user has.
fn unless_set(variable: &str, value: &str) -> String {
    format!("[ -n \"${{{variable}-}}\" ] || {variable}={}\n", quoted(value))
}

/// Makes the buckets, and puts an object to sign into the first; `write` spells how.
pub(super) fn set_up(
    objects: &Objects,
    bound: &Bound,
    write: &dyn Fn(&str) -> String,
    store: &str,
) -> String {
    let mut out = String::from(
        "\n# The object that jobs sign, in buckets of its own; SOURCE_BUCKET and DESTINATION_BUCKET name others that are there.\n",
    );
    let Objects { source, destination, key, .. } = objects;
    for (bucket, variable, which) in
        [(source, "SOURCE_BUCKET", "source"), (destination, "DESTINATION_BUCKET", "destination")]
    {
        let Bucket { name, is_given } = bucket;
        if *is_given {
            out.push_str(&unless_set(variable, name));
        } else {
            let make = write(variable);
            let _ =
                writeln!(out, "if [ -z \"${{{variable}-}}\" ]; then\n  {variable}=$RUN-{which}\n{make}fi");
        }
    }
    let _ = write!(out, "key={}\n{store}", bound.word(key));
    out.push_str(": \"${SOURCE_VERSION:=null}\"\n");
    out
}

/// Keeps what an answer gave.
pub(super) fn keep(given: &Given) -> String {
    let variable = &given.variable;
    match given.place {
        Place::Member(member) => format!("{variable}=$(given {member})\n"),
        Place::Version => format!("{variable}=$(given '{VERSION}')\n"),
        Place::Account => format!("{variable}=$(account \"${variable}\")\n"),
    }
}

/// The header that tells an object's version, as servers spell it.
pub(super) const VERSION: &str = "[Xx]-[Aa]mz-[Vv]ersion-[Ii]d";

/// The exchanges, those that wait for the same job as one, with whether they wait.
pub(super) fn without_waits(exchanges: &[Exchange]) -> Vec<(&Exchange, bool)> {
    let mut out: Vec<(&Exchange, bool)> = Vec::new();
    for exchange in exchanges {
        match out.last_mut() {
            Some(last)
                if last.0.request == exchange.request
                    && last.0.by == exchange.by
                    && is_in_progress(last.0) =>
            {
                *last = (exchange, true);
            }
            _ => out.push((exchange, false)),
        }
    }
    out
}

fn is_in_progress(exchange: &Exchange) -> bool {
    exchange
        .outcome
        .as_ref()
        .is_ok_and(|answer| String::from_utf8_lossy(&answer.body).contains("\"InProgress\""))
}

/// Who a script's `call` calls as.
pub(super) const fn caller(exchange: &Exchange) -> &'static str {
    match (&exchange.request.signature, exchange.by) {
        (Signature::Missing, _) => "nobody",
        (Signature::UnknownKey, _) => "stranger",
        (Signature::WrongSecret, _) => "forger",
        (Signature::Denied, _) => "denied",
        (_, Account::Owner) => "owner",
        (_, Account::Other) => "other",
    }
}

/// Bytes as the format of a `printf`.
pub(super) fn format_of(bytes: &[u8]) -> String {
    let mut out = String::from("'");
    for byte in bytes {
        let _ = match byte {
            b'\'' | b'\\' | b'%' => write!(out, "\\{byte:03o}"),
            b' '..=b'~' => write!(out, "{}", char::from(*byte)),
            _ => write!(out, "\\{byte:03o}"),
        };
    }
    out.push('\'');
    out
}

/// A text as a word, of the same value; what is hidden is spelt in octal digits. No word can hold NUL: it is
/// spelt out.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('\0', "\\u{0}");
    let mut out = String::from("'");
    let mut rest = text.as_str();
    while let Some(character) = rest.chars().next() {
        let hidden = rest.find(|character| !is_hidden(character)).unwrap_or(rest.len());
        if hidden > 0 {
            let _ = write!(out, "'\"$(printf {})\"'", format_of(&rest.as_bytes()[..hidden]));
            rest = &rest[hidden..];
            continue;
        }
        if character == '\'' {
            out.push_str(r"'\''");
        } else {
            out.push(character);
        }
        rest = &rest[character.len_utf8()..];
    }
    out.push('\'');
    out
}

/// A text as a word of a command that a person may paste: as it is where that is the same.
pub fn shell_word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@%+".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) { text.to_owned() } else { quoted(text) }
}

pub(super) fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "# {}", visible(line));
    }
}

impl Bound {
    /// The text as one word of the shell.
    pub(super) fn word(&self, text: &str) -> String {
        let words = self.pieces(text).into_iter().map(|piece| match piece {
            Piece::Literal(text) => quoted(&text),
            Piece::Variable(variable) => format!("\"${{{variable}}}\""),
        });
        let word: String = words.collect();
        if word.is_empty() { "''".to_owned() } else { word }
    }
}
