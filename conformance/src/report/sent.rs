//! What was sent, on one line.

use std::ops::Range;

use serde::de::IgnoredAny;

use crate::data::exchange::Request;
use crate::data::visible::on_one_line;
use crate::report::words::cut_to;

/// Method, path and body, which gets shorter where it is longer than so many characters.
pub(super) fn request_line(request: &Request, longest: usize, about: &str) -> String {
    let body = sent_line(&request.body, longest, about);
    let space = if body.is_empty() { "" } else { " " };
    format!("{} {}{space}{body}", request.method, request.target)
}

/// A body on one line.
pub(super) fn body_line(body: &[u8], longest: usize) -> String {
    sent_line(body, longest, "")
}

/// A body on one line. What it is about, a member such as `destination.s3`, is the last to be cut.
fn sent_line(body: &[u8], longest: usize, about: &str) -> String {
    match std::str::from_utf8(body) {
        Ok(text) => cut_to(&on_one_line(&shorter(text, longest, about)), longest),
        Err(_) => format!("({} bytes that are no text)", body.len()),
    }
}

/// An object with as many of its values left out as it takes, the longest first; any other text as it is.
fn shorter(text: &str, longest: usize, about: &str) -> String {
    const LEFT_OUT: &str = "…";
    let about = about.split(['.', '{', '[']).next().unwrap_or_default();
    let mut out = text.to_owned();
    while out.chars().count() > longest {
        let mut values = values(&out);
        // Of a single value a part is better than nothing.
        if values.len() < 2 {
            break;
        }
        values.retain(|(name, value)| name != about && out[value.clone()].len() > LEFT_OUT.len());
        let Some((_, widest)) = values.into_iter().max_by_key(|(_, value)| value.len()) else { break };
        out.replace_range(widest, LEFT_OUT);
    }
    out
}

/// The members of a JSON object, whose values may be left out already, and where each value stands; none of
/// any other text.
fn values(text: &str) -> Vec<(String, Range<usize>)> {
    let is_object = serde_json::from_str::<IgnoredAny>(&text.replace(":…", ":0")).is_ok();
    if !is_object || !text.starts_with('{') || !text.ends_with('}') {
        return Vec::new();
    }
    let mut values = Vec::new();
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let (mut begins, mut name) = (1, None);
    for (place, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_text => escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            ':' if depth == 1 && name.is_none() => {
                name = Some(text[begins..place].trim().trim_matches('"').to_owned());
                begins = place + 1;
            }
            ',' | '}' if depth == 1 => {
                values.extend(name.take().map(|name| (name, begins..place)));
                begins = place + 1;
            }
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::sent_line;

    #[test]
    fn what_a_finding_is_about_is_the_last_of_a_body_to_be_cut() {
        let far = "x".repeat(80);
        let body = format!(
            r#"{{"a":{{"b":"{far}"}},"broken":{{"s3":"{far}, \"}}"}},"c":["{far}",1e9],"d":"short"}}"#
        );
        let of = |longest, about| sent_line(body.as_bytes(), longest, about);
        assert_eq!(of(1000, ""), body);
        let kept = of(200, "broken.s3");
        assert!(
            kept.starts_with(r#"{"a":{"b":"xx"#) || kept.starts_with(r#"{"a":…,"broken":{"s3":"xx"#),
            "{kept}"
        );
        assert!(kept.contains(r#"\"}"}"#) && kept.ends_with(r#","d":"short"}"#), "{kept}");
        assert_eq!(of(60, ""), r#"{"a":…,"broken":…,"c":…,"d":"short"}"#);
        assert!(of(60, "broken").starts_with(r#"{"a":…,"broken":{"s3":"xxx"#), "{}", of(60, "broken"));
    }

    #[test]
    fn of_a_single_value_and_of_what_is_no_object_the_beginning_is_shown() {
        for body in [format!(r#"{{"tags":{{"key":"{}"}}}}"#, "x".repeat(80)), "<".repeat(80), "{".repeat(80)]
        {
            let shown = sent_line(body.as_bytes(), 40, "");
            assert_eq!(shown.strip_suffix('…'), body.get(..40), "{shown}");
        }
    }
}
