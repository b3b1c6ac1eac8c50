//! Markets for goods and services.

pub mod engel;
