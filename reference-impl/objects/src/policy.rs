//! Bucket policies, as far as they let other accounts in: statements without conditions that name accounts,
//! actions and resources. What is not understood lets nobody in, and a statement that denies closes the
//! bucket to other accounts.

use serde_json::Value;

/// What a policy says.
#[derive(Debug)]
pub(crate) struct Policy(Vec<Statement>);

#[derive(Debug)]
struct Statement {
    is_plain_allow: bool,
    principals: Vec<String>,
    actions: Vec<String>,
    resources: Vec<String>,
}

impl Policy {
    /// Reads a policy; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let document: Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let statements = match &document["Statement"] {
            Value::Array(statements) if !statements.is_empty() => statements.iter().collect(),
            statement @ Value::Object(_) => vec![statement],
            _ => return Err("it has no Statement".to_owned()),
        };
        statements.into_iter().map(Statement::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether it lets everybody in.
    pub(crate) fn is_public(&self) -> bool {
        self.0.iter().any(|statement| {
            statement.is_plain_allow && statement.principals.iter().any(|principal| principal == "*")
        })
    }

    /// Whether another account may do that.
    pub(crate) fn allows(&self, account: &str, action: &str, bucket: &str, key: Option<&str>) -> bool {
        let key = key.map(|key| format!("/{key}")).unwrap_or_default();
        let resource = format!("arn:aws:s3:::{bucket}{key}");
        let grants = |statement: &Statement| {
            statement.principals.iter().any(|principal| is_account(principal, account))
                && statement
                    .actions
                    .iter()
                    .any(|pattern| fits(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase()))
                && statement.resources.iter().any(|pattern| fits(pattern, &resource))
        };
        self.0.iter().all(|statement| statement.is_plain_allow) && self.0.iter().any(grants)
    }
}

impl Statement {
    fn parse(statement: &Value) -> Result<Self, String> {
        let effect = statement["Effect"].as_str().unwrap_or_default();
        if !matches!(effect, "Allow" | "Deny") {
            return Err("the Effect of a Statement is neither Allow nor Deny".to_owned());
        }
        for (one, other) in
            [("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")]
        {
            if statement.get(one).is_some() == statement.get(other).is_some() {
                return Err(format!("a Statement needs either {one} or {other}"));
            }
        }
        let principal = &statement["Principal"];
        Ok(Self {
            is_plain_allow: effect == "Allow" && statement.get("Condition").is_none(),
            principals: texts(if principal.is_object() { &principal["AWS"] } else { principal }),
            actions: texts(&statement["Action"]),
            resources: texts(&statement["Resource"]),
        })
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(texts) => texts.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn is_account(principal: &str, account: &str) -> bool {
    principal == "*" || principal == account || principal == format!("arn:aws:iam::{account}:root")
}

/// Whether a text is of this form, in which `*` stands for any characters and `?` for one.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // The last star, and how far the text was read when it was met.
    let mut star = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(sign) if *sign == '?' || *sign == text[read] => {
                at += 1;
                read += 1;
            }
            Some(_) | None => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                at = place + 1;
                read = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|sign| *sign == '*')
}

#[cfg(test)]
mod tests {
    use super::{Policy, fits};

    #[test]
    fn stars_and_question_marks_stand_for_any_text_and_one_character() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b*", "xxaxxbxx", true),
            ("**b", "aab", true),
            ("", "a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_policy_lets_in_whom_it_names_and_no_others() {
        let policy = |effect: &str, more: &str| {
            Policy::parse(&format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":{{"AWS":"444455556666"}},
                "Action":["s3:Get*"],"Resource":"arn:aws:s3:::b/in/*"{more}}}]}}"#
            ))
            .expect("a policy")
        };
        let allow = policy("Allow", "");
        assert!(allow.allows("444455556666", "s3:GetObject", "b", Some("in/x")));
        for (account, action, bucket, key) in [
            ("777788889999", "s3:GetObject", "b", Some("in/x")),
            ("444455556666", "s3:PutObject", "b", Some("in/x")),
            ("444455556666", "s3:GetObject", "c", Some("in/x")),
            ("444455556666", "s3:GetObject", "b", Some("out/x")),
            ("444455556666", "s3:GetObject", "b", None),
        ] {
            assert!(!allow.allows(account, action, bucket, key), "{account} {action} {bucket} {key:?}");
        }
        for closed in
            [policy("Deny", ""), policy("Allow", r#","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#)]
        {
            assert!(!closed.allows("444455556666", "s3:GetObject", "b", Some("in/x")));
        }
        for text in
            ["", "{}", r#"{"Statement":[{"Effect":"Maybe"}]}"#, r#"{"Statement":[{"Effect":"Allow"}]}"#]
        {
            assert!(Policy::parse(text).is_err(), "{text}");
        }
    }
}
