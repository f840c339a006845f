//! Whatever a target says: nothing of it runs, reads or writes anything, moves a terminal, or hides in what
//! is made of it.

mod exporters;
mod shells;

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use signer_conformance::visible::is_hidden;

/// What does harm somewhere: in shells, in options of programs, in Rust, in XML and HTML, in Markdown, in
/// logs, on a terminal.
const ATTACKS: [&str; 50] = [
    "$(>CANARY)",
    "`>CANARY`",
    "\";>CANARY;\"",
    "';>CANARY;'",
    "'\"$(>CANARY)\"'",
    "\n>CANARY\n",
    "|>CANARY",
    "&>CANARY&",
    "}>CANARY;{",
    "${IFS}",
    "$HOME/CANARY",
    "\\",
    "\\\\'",
    "'",
    "\"",
    "file://SECRET",
    "fileb://SECRET",
    "@SECRET",
    "<SECRET",
    "-o CANARY",
    "--output CANARY",
    "-K SECRET",
    "%s%n",
    "\\033]0;x\\007",
    "\"; fn canary() {} //",
    "*/ canary!(); /*",
    "{canary}",
    "{{canary}}",
    "\" + canary + \"",
    "</pre><script>canary</script>",
    "<img src=x onerror=canary>",
    "]]>",
    "-->",
    "&#x202e;",
    "a | b",
    "[x](https://example.com)",
    "https://example.com",
    "www.example.com",
    "**",
    "@everyone",
    "\n# Title",
    "\n::error::x",
    " ::set-output name=x::y",
    "##vso[task.x]",
    "##[group]",
    "\u{1b}[2J",
    "\u{9b}2J\u{7f}\r\u{8}\0",
    "\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\u{61c}",
    "\u{e0041}\u{fe0f}\u{2028}\u{3164}",
    "\t",
];

/// A text of the worst kind.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(&ATTACKS[..]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        2 => "[ -~]{1,6}",
        1 => Just("ä中🙂".to_owned()),
    ];
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

/// Nothing hides in it.
#[track_caller]
fn is_visible(what: &str, text: &str) {
    let hidden = text.chars().find(|character| is_hidden(*character));
    assert_eq!(hidden, None, "{what} holds it as it came:\n{}", text.escape_debug());
}

/// Read as a log, it holds no command.
#[track_caller]
fn gives_no_order(what: &str, text: &str) {
    is_visible(what, text);
    for line in text.lines() {
        let mark = line
            .match_indices("##")
            .any(|(at, _)| line[at + 2..].starts_with(|next: char| next == '[' || next.is_alphabetic()));
        assert!(!line.trim_start().starts_with("::") && !mark, "{what} gives an order: {line:?}");
    }
}
