//! temp
mod data; mod date; mod diagnostic; mod limits; mod number; mod outcome; mod plan; mod schema; mod source; mod syntax; mod text; mod unit;
pub use date::{Date,Period}; pub use diagnostic::*; pub use limits::*; pub use number::*; pub use source::*; pub use text::{Locale,Localized}; pub use data::*; pub use schema::*; pub use unit::Unit; pub use outcome::*; pub use plan::Plan;
