//! The model in a browser: walk through a scope and see what can come next and why, look at a trace, at the
//! whole of a scope, at what holds in it, and ask a real service beside.
//!
//! A page is a function of its link: the link names the subject, the steps, and where one stands, and
//! everything else follows from the model. So nothing is kept between requests but what takes long to find,
//! and files that were opened.
//!
//! The judge's library is used for what it is: programs, scripts, reports, and running a program against an
//! endpoint. The explorer knows no service by itself; the program that starts it hands them in as
//! [`Targets`].

mod acts;
mod answer;
mod assets;
mod at_once;
mod beside;
mod cards;
mod digest;
mod export;
mod goto;
mod guard;
mod ids;
mod ledger;
mod live;
mod opened;
mod opening;
mod outcomes;
mod overlay;
mod page;
mod position;
mod program;
mod query;
mod routes;
mod site;
mod steps;
mod subjects;
mod view;
mod work;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;

pub use live::targets::{Nobody, Offered, Target, Targets};
pub use site::{ExploreError, Settings};

use guard::{Guard, guard};
use position::{View, link};
use site::Site;

/// An explorer, ready to be served.
pub struct Explorer {
    site: Arc<Site>,
    guard: Guard,
    first: String,
}

impl Explorer {
    /// Reads what the settings name.
    pub fn new(settings: Settings) -> Result<Self, ExploreError> {
        let guard = Guard { named: settings.host.to_ascii_lowercase().into() };
        let site = Site::new(settings)?;
        let first = match (&site.opened, site.first) {
            (Some(opened), _) => link(opened.subject, View::Trace, &opened.query()),
            (None, Some(subject)) => format!("/{}/walk", subject.name),
            (None, None) => "/".to_owned(),
        };
        // The first page waits for these otherwise.
        std::thread::spawn(|| signer_schemas::Edition::ALL.map(digest::digest));
        Ok(Self { site: Arc::new(site), guard, first })
    }

    /// The address of what was asked for: the file that was opened, the scope, or the list of all.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// What answers requests. It opens no socket.
    pub fn router(self) -> Router {
        let guarded = self.guard;
        routes::routes(self.site).layer(from_fn(move |request, next| guard(guarded.clone(), request, next)))
    }
}
