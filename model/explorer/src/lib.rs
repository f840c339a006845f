//! The model in a browser: stateright's Explorer over a scope, with calls and states in the API's words.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};

use signer_model::{Exploration, scope, scopes};
use stateright::Model;

/// Why the explorer does not serve.
#[derive(Debug)]
pub enum ExploreError {
    /// There is no scope of that name.
    UnknownScope {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// The address cannot be listened on.
    Address {
        /// The address.
        listen: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

impl fmt::Display for ExploreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownScope { name, known } => write!(f, "unknown scope `{name}`; there are {}", known.join(", ")),
            Self::Address { listen, source } => write!(f, "cannot listen on {listen}: {source}"),
        }
    }
}

impl std::error::Error for ExploreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::UnknownScope { .. } => None,
            Self::Address { source, .. } => Some(source),
        }
    }
}

/// Serves the Explorer over the scope of that name, until the process ends.
///
/// Checking starts when a button in the page is pressed.
pub fn serve(name: &str, listen: SocketAddr) -> Result<(), ExploreError> {
    let Some(scope) = scope(name) else {
        let known = scopes().into_iter().map(|scope| scope.name).collect();
        return Err(ExploreError::UnknownScope { name: name.to_owned(), known });
    };
    // The Explorer panics on an address that is taken, so it is tried first.
    drop(TcpListener::bind(listen).map_err(|source| ExploreError::Address { listen, source })?);
    // Stateright 0.31 explores on demand here and returns only when its server ends.
    drop(Exploration { scope }.checker().serve(listen));
    Ok(())
}
