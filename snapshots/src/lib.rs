//! The review desk: golden tables and transcripts, with the short tests that render them, and the house
//! rules. There is no code to call here; see `tests/it`.
