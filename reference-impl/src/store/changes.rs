//! What was written, so that it can be kept on disk: one row per profile and per job.

use std::sync::Arc;

use signer_schemas::Platform;

use crate::store::arn::Region;
use crate::store::job::Job;
use crate::store::profile::Profile;

/// What is kept of one profile or of one job, as it is after a change. As JSON it is the row in the data
/// folder: a member may be added with a default; whatever else changes needs another version of the schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A profile with its permissions and tags.
    Profile(Arc<Profile>),
    /// A job, under the number of its making.
    Job(u64, Arc<Job>),
    /// No profile of this owner and name any more.
    NoProfile(String, String),
    /// No job under this number any more.
    NoJob(u64),
}

/// What is to be kept, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Everything before it is forgotten. What follows is not whole before [`Change::Whole`].
    Cleared,
    /// A row of a Region.
    Row(Region, Row),
    /// What began with [`Change::Cleared`] is there.
    Whole,
}

/// Which rows were written since they were last taken; nothing is noted until it is wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Changes {
    pub(super) is_wanted: bool,
    pub(super) profiles: Vec<(String, String)>,
    pub(super) jobs: Vec<u64>,
}

impl Changes {
    pub(super) fn profile(&mut self, owner: &str, name: &str) {
        if self.is_wanted {
            self.profiles.push((owner.to_owned(), name.to_owned()));
        }
    }

    pub(super) fn job(&mut self, number: u64) {
        if self.is_wanted {
            self.jobs.push(number);
        }
    }
}

/// A platform is kept by its id.
pub(super) mod platform {
    use super::Platform;
    use serde::Deserialize as _;
    use serde::Deserializer;
    use serde::Serialize as _;
    use serde::Serializer;
    use serde::de::Error as _;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "so serde wants it")]
    pub(in super::super) fn serialize<S: Serializer>(
        platform: &&'static Platform,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        platform.id.serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<&'static Platform, D::Error> {
        let id = String::deserialize(deserializer)?;
        let platform = signer_schemas::platforms().iter().find(|platform| platform.id == id);
        platform.ok_or_else(|| D::Error::custom(format!("no platform is called {id:?}")))
    }
}
