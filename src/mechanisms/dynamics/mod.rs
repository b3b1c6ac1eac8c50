//! Creative destruction: firms close and firms are founded.

pub mod entry;
pub mod exit;
pub mod founding;
