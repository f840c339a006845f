//! Who is asked, and what is known of it: what all cases of a plan share.

use std::sync::Arc;
use std::time::Duration;

use crate::data::context::Context;
use crate::data::run::TargetInfo;
use crate::judge::runner::Runner;
use crate::judge::runner::shared::Sharing;
use crate::line::endpoint::Endpoint;
use crate::scenes::LIBRARY;

pub(super) struct Subject {
    pub(super) endpoint: Arc<dyn Endpoint>,
    pub(super) context: Context,
    pub(super) target: TargetInfo,
    pub(super) job_timeout: Duration,
    pub(super) sharing: Sharing,
}

impl Subject {
    pub(super) fn runner(&self) -> Runner<'_> {
        let Self { endpoint, context, target, job_timeout, .. } = self;
        Runner { endpoint: endpoint.as_ref(), context, target, job_timeout: *job_timeout, scenes: LIBRARY }
    }

    /// Who asks where a finding is reduced.
    pub(super) fn reducing(&self) -> Runner<'_> {
        Runner { job_timeout: self.sharing.reduction_timeout(self.job_timeout), ..self.runner() }
    }
}
