//! The published patterns, read by hand: what a text must be to match as a whole.

/// Whether `text` matches `pattern`; `None` when the pattern is not one of those published.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    let alphanumeric = |byte: u8| byte.is_ascii_alphanumeric();
    Some(match pattern {
        "^[a-zA-Z0-9_]{2,}$" => {
            text.len() >= 2 && text.bytes().all(|byte| alphanumeric(byte) || byte == b'_')
        }
        "^[a-zA-Z0-9]{10}$" => text.len() == 10 && text.bytes().all(alphanumeric),
        "^[0-9]{12}$" => text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()),
        "^(?!aws:)[a-zA-Z+-=._:/]+$" => {
            !text.is_empty() && !text.starts_with("aws:") && text.bytes().all(is_of_a_tag_key)
        }
        _ => return None,
    })
}

/// Inside the class `+-=` is a range, from plus to equals.
fn is_of_a_tag_key(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || (b'+'..=b'=').contains(&byte) || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::matches;
    use signer_schemas::Edition;
    use signer_schemas::Shape;
    use signer_schemas::operations;

    #[test]
    fn every_published_pattern_is_known() {
        for document in Edition::ALL.into_iter().flat_map(operations) {
            document.walk_input(&mut |visit| {
                if let Shape::String { pattern: Some(pattern), .. } = visit.shape {
                    let place = format!("{} {}", document.operation, visit.path);
                    assert!(
                        matches(pattern, "").is_some(),
                        "write {pattern} down in http/pattern.rs for {place}"
                    );
                }
            });
        }
    }

    #[test]
    fn tag_keys_take_the_range_from_plus_to_equals() {
        let check = |text, expected| {
            assert_eq!(matches("^(?!aws:)[a-zA-Z+-=._:/]+$", text), Some(expected), "{text}");
        };
        for text in ["a", "A9", "+", "a,b", "a;b", "a<b", "a=b", "a::b", "AWS:x", "_"] {
            check(text, true);
        }
        for text in ["", "aws:x", "a b", "a@b", "a>b", "a*b", "ä"] {
            check(text, false);
        }
    }

    #[test]
    fn names_match_as_a_whole() {
        let check =
            |text, expected| assert_eq!(matches("^[a-zA-Z0-9_]{2,}$", text), Some(expected), "{text}");
        check("ab", true);
        check("a_9", true);
        check("a", false);
        check("ab-c", false);
        check("ab\n", false);
    }
}
