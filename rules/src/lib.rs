//! Built-in packs.
