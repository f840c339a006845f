//! The judge's view of the service.
