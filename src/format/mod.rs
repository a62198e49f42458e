//! Wire formats, one room each. Nothing here knows about trust.

pub mod bitstring;
pub mod data_integrity;
#[cfg(feature = "jwe")]
pub mod jwe;
pub mod jws;
pub mod jws_json;
pub(crate) mod jwt;
pub mod sd_jwt;
pub mod sd_jwt_vc;
pub mod status_list;
