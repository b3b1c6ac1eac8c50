//! Creative destruction: firms close and firms are founded.

mod creditors;
pub mod entry;
pub mod exit;
pub mod founding;
