//! The operations of an edition, read once.

use std::sync::LazyLock;

use crate::document::OperationDoc;
use crate::load;
use crate::vocabulary::{Edition, Operation};

/// Every operation of the edition, in alphabetical order.
pub fn operations(edition: Edition) -> &'static [OperationDoc] {
    static CURRENT: LazyLock<Vec<OperationDoc>> = LazyLock::new(|| load::operations(Edition::Current));
    static MAY_2019: LazyLock<Vec<OperationDoc>> = LazyLock::new(|| load::operations(Edition::May2019));
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

/// The operation as the edition describes it; `None` when it does not have it.
pub fn operation(edition: Edition, operation: Operation) -> Option<&'static OperationDoc> {
    operations(edition).iter().find(|document| document.operation == operation)
}

impl Operation {
    /// Whether the edition has this operation.
    pub fn in_edition(self, edition: Edition) -> bool {
        operation(edition, self).is_some()
    }
}
