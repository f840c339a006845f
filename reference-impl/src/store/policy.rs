//! The policy of a profile: its statements, its revision, its size.

use serde::{Deserialize, Serialize};

use crate::ids::Ids;

/// The policy of a profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policy {
    pub(crate) statements: Vec<Statement>,
    /// The revision of the last change; none before the first.
    pub(crate) revision: Option<String>,
    pub(crate) size_bytes: usize,
}

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// Its id, unique within the policy.
    pub id: String,
    /// What it permits.
    pub action: String,
    /// To whom: an account or the ARN of a role.
    pub principal: String,
    /// The only version that it covers, if it is restricted.
    pub profile_version: Option<String>,
}

impl Policy {
    /// A change elsewhere in the profile gives an existing policy a new revision.
    pub(crate) fn renew(&mut self, ids: &mut dyn Ids) {
        if !self.statements.is_empty() {
            self.revision = Some(ids.uuid());
        }
    }

    /// A change of the policy gives it a new revision.
    pub(super) fn revise(&mut self, ids: &mut dyn Ids) -> Option<String> {
        self.revision = Some(ids.uuid());
        self.revision.clone()
    }
}
