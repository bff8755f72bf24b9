//! The built book in headless Chromium.

mod anchors;
mod exam;
mod files;
mod keys;
mod kinds;
mod leftovers;
mod live;
mod quiz;
mod search;
mod speed;
