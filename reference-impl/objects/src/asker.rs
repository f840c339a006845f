//! Who uses the objects.

/// On whose behalf objects are used, and in which Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker<'a> {
    /// The twelve digits of the account.
    pub account: &'a str,
    /// The Region of the request or of the job.
    pub region: &'a str,
}
