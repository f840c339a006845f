//! Who notices a departure.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A detector, by the name that findings carry and ledger lines may refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detector {
    /// The model: the answer is none of those that it permits.
    Model,
    /// Reading an answer: it names something that it cannot speak of.
    View,
    /// A conversation written by hand.
    Scene,
    /// A call with one constraint just broken, or just kept.
    NearMiss,
    /// Walking through the pages of a list.
    Pagination,
    /// An entry of a list, held against what describing it by itself would tell.
    ListEntry,
    /// Calls made at once: no order explains the answers.
    Linearizability,
    /// Waiting for a job that never ends, while another one does.
    Waiting,
    /// The check of the status of a success.
    Status,
    /// The check for failures of the service itself.
    ServerError,
    /// The check of how a body is declared.
    ContentType,
    /// The check for the id of the request.
    RequestId,
    /// The check that a body is JSON.
    WellFormedJson,
    /// The check of what an error says.
    ErrorShape,
    /// The check of where an error names its type.
    ErrorType,
    /// The check of which errors an operation declares.
    DeclaredError,
    /// The check of the status of an error.
    ErrorStatus,
    /// The check of a success against its document.
    OutputSchema,
    /// The check of how times are written.
    Timestamps,
    /// The check that nothing comes where nothing is documented.
    EmptyBody,
}

impl Detector {
    /// All of them: those that follow a case, then the checks of each answer, in the order of reports.
    pub const ALL: [Self; 20] = [
        Self::Model,
        Self::View,
        Self::Scene,
        Self::NearMiss,
        Self::Pagination,
        Self::ListEntry,
        Self::Linearizability,
        Self::Waiting,
        Self::Status,
        Self::ServerError,
        Self::ContentType,
        Self::RequestId,
        Self::WellFormedJson,
        Self::ErrorShape,
        Self::ErrorType,
        Self::DeclaredError,
        Self::ErrorStatus,
        Self::OutputSchema,
        Self::Timestamps,
        Self::EmptyBody,
    ];

    /// The name.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::View => "view",
            Self::Scene => "scene",
            Self::NearMiss => "near-miss",
            Self::Pagination => "pagination",
            Self::ListEntry => "list-entry",
            Self::Linearizability => "linearizability",
            Self::Waiting => "waiting",
            Self::Status => "status",
            Self::ServerError => "server-error",
            Self::ContentType => "content-type",
            Self::RequestId => "request-id",
            Self::WellFormedJson => "well-formed-json",
            Self::ErrorShape => "error-shape",
            Self::ErrorType => "error-type",
            Self::DeclaredError => "declared-error",
            Self::ErrorStatus => "error-status",
            Self::OutputSchema => "output-schema",
            Self::Timestamps => "timestamps",
            Self::EmptyBody => "empty-body",
        }
    }

    /// The detector of that name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detector| detector.id() == id)
    }

    /// Whether it looks at one exchange alone, whatever was asked before.
    pub const fn is_check(self) -> bool {
        match self {
            Self::Status
            | Self::ServerError
            | Self::ContentType
            | Self::RequestId
            | Self::WellFormedJson
            | Self::ErrorShape
            | Self::ErrorType
            | Self::DeclaredError
            | Self::ErrorStatus
            | Self::OutputSchema
            | Self::Timestamps
            | Self::EmptyBody => true,
            Self::Model
            | Self::View
            | Self::Scene
            | Self::NearMiss
            | Self::Pagination
            | Self::ListEntry
            | Self::Linearizability
            | Self::Waiting => false,
        }
    }
}

impl fmt::Display for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_detector_is_found_by_its_name_and_written_by_it() {
        for detector in Detector::ALL {
            assert_eq!(Detector::from_id(detector.id()), Some(detector));
            assert_eq!(serde_json::to_value(detector).expect("it is a word"), detector.id());
        }
    }
}
