//! What is published about the AWS Signer API: operations, shapes, errors, requirements, open points.
