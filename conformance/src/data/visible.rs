//! Text that may come from a target, as it can be shown to a person and put into a file: nothing in it moves
//! a terminal, hides, turns other text around, or gives orders to whoever reads a log.
//!
//! It is applied where text leaves: [`crate::report::Toned`] on its way to a terminal,
//! [`crate::report::files`] on its way into files, [`json`] for all that is JSON. Scripts spell such characters so that the value stays the same.

use std::fmt::Write as _;

use serde::Serialize;

/// Control characters but the line's end, and what Unicode lets a reader ignore
/// (`Default_Ignorable_Code_Point`): marks of direction, what has no width, selectors of variants, tags.
/// Further the other ends of lines, and marks of annotations.
pub const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\x09' | '\x0b'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with each hidden character spelt out, as `\u{202e}`; line ends stay.
pub fn visible(text: &str) -> String {
    spelt_out(text, |out, hidden| out.extend(hidden.escape_unicode()))
}

/// The text, where each hidden character is written in that way. Most of what a run writes is ASCII, which is
/// passed over in one go.
fn spelt_out(text: &str, write: impl Fn(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !matches!(byte, b'\n' | b' '..=b'~')) {
        out.push_str(&rest[..at]);
        let mut others = rest[at..].chars();
        match others.next() {
            Some(hidden) if is_hidden(hidden) => write(&mut out, hidden),
            other => out.extend(other),
        }
        rest = others.as_str();
    }
    out.push_str(rest);
    out
}

/// The text on one line.
pub fn on_one_line(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}

/// The visible text, with nothing in it that a service which runs builds takes from a log as an order:
/// `::error::` at the begin of a line, `##[error]` and `##vso[…]` anywhere.
pub fn logged(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, line) in visible(text).split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let line = without_marks(line, |out| out.push_str("\\u{23}"));
        let content = line.trim_start();
        if content.starts_with("::") {
            let (indent, content) = line.split_at(line.len() - content.len());
            out.push_str(indent);
            out.push_str("\\u{3a}");
            out.push_str(&content[1..]);
        } else {
            out.push_str(&line);
        }
    }
    out
}

/// The text, where `##` before a letter or a bracket begins otherwise.
fn without_marks(text: &str, escape: fn(&mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // One byte is looked for faster than two.
    while let Some(at) = rest.find('#') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let mut next = rest.chars();
        let is_mark =
            next.next() == Some('#') && next.next().is_some_and(|next| next == '[' || next.is_alphabetic());
        if is_mark {
            escape(&mut out);
        } else {
            out.push('#');
        }
    }
    out.push_str(rest);
    out
}

/// A value as a JSON document on one line, whose text is the same and visible.
pub fn json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string(value).map(|text| json_visible(&text))
}

/// A value as a JSON document for a person, whose text is the same and visible.
pub fn json_pretty<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    serde_json::to_string_pretty(value).map(|text| json_visible(&text))
}

/// What is hidden can stand in JSON's strings only, where it may be spelt out.
fn json_visible(text: &str) -> String {
    let out = spelt_out(text, |out, hidden| {
        for unit in hidden.encode_utf16(&mut [0; 2]) {
            // Writing into a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    });
    without_marks(&out, |out| out.push_str("\\u0023"))
}

/// The text, visible, with its second and later lines under its first.
pub fn printable(text: &str) -> String {
    visible(text).replace('\n', "\n               ")
}

#[cfg(test)]
mod tests {
    use super::{is_hidden, json, logged, on_one_line, visible};

    #[test]
    fn what_unicode_lets_a_reader_ignore_is_hidden() {
        let ignorable = regex::Regex::new(
            r"^(?:\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|\p{Cc}|\p{Zl}|\p{Zp})$",
        );
        let ignorable = ignorable.expect("Unicode has these");
        for character in '\0'..=char::MAX {
            if character != '\n' && ignorable.is_match(character.encode_utf8(&mut [0; 4])) {
                assert!(is_hidden(character), "{} is shown as it is", character.escape_unicode());
            }
        }
        for shown in ['a', ' ', '\n', 'ä', '中', '🙂', '\u{202f}', '\u{a0}', '\u{301}'] {
            assert!(!is_hidden(shown), "{} is hidden", shown.escape_unicode());
        }
    }

    #[test]
    fn what_is_hidden_is_spelt_out_once() {
        let shown = visible("a\u{1b}[2J\u{202e}b\r\nc");
        assert_eq!(shown, "a\\u{1b}[2J\\u{202e}b\\u{d}\nc");
        assert_eq!(visible(&shown), shown);
        assert_eq!(on_one_line("a\nb"), "a\\nb");
    }

    #[test]
    fn no_line_of_a_log_gives_an_order() {
        assert_eq!(logged("a::b\n  ::error::x\n## Title ##"), "a::b\n  \\u{3a}:error::x\n## Title ##");
        assert_eq!(
            logged("x ##vso[task.x]y ###[add-matcher]"),
            "x \\u{23}#vso[task.x]y #\\u{23}#[add-matcher]"
        );
        assert_eq!(logged(&logged("::a ##[b")), logged("::a ##[b"));
    }

    #[test]
    fn json_means_the_same_with_nothing_hidden_in_it() {
        let value = serde_json::json!({ "a\u{202e}": ["\u{7f}\u{9b}\u{e0041}", "##[group]x", "tab\t\n"] });
        let text = json(&value).expect("it is JSON");
        assert!(!text.chars().any(is_hidden) && !text.contains("##["), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON"), value);
    }
}
