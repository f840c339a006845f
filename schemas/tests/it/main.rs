//! What holds for the facts as a whole.

mod documents;
mod editions;
mod json_schemas;
mod platforms;
mod protocol;
mod requirements;
mod sources;
