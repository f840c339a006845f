//! How a target answers what the documents leave open.

use signer_schemas::Requirement;

/// An answer to an open point, in the words of the ledger of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenAnswer(&'static str);

impl OpenAnswer {
    /// The answer in these words.
    pub const fn new(words: &'static str) -> Self {
        Self(words)
    }

    /// The answer, if the open point admits it. Particulars may follow behind a colon, such as how many items
    /// a page has; they are left out, since reports of one target are to say the same.
    pub fn admitted(point: &'static Requirement, words: &str) -> Option<Self> {
        let general = words.split(": ").next().unwrap_or(words);
        point.admits.iter().find(|admitted| *admitted == general).map(|admitted| Self(admitted))
    }

    /// Its words.
    pub const fn words(self) -> &'static str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_that_the_point_admits_without_its_particulars() {
        let point = signer_schemas::requirement("ListSigningJobs/default-page-size").expect("a point");
        let admitted = |words: &str| OpenAnswer::admitted(point, words).map(OpenAnswer::words);
        assert_eq!(admitted("another number: 50"), Some("another number"));
        assert_eq!(admitted("another number"), Some("another number"));
        assert_eq!(admitted("a number of its own"), None);
    }
}
