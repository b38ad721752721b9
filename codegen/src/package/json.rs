//! Steps through JSON.

use std::slice::Iter;

use tinyjson::JsonValue;

/// A member of an object.
pub(super) fn member<'v>(value: &'v JsonValue, key: &str) -> Option<&'v JsonValue> {
    match value {
        JsonValue::Object(members) => members.get(key),
        _ => None,
    }
}

/// A member that is a string.
pub(super) fn text_member<'v>(value: &'v JsonValue, key: &str) -> Option<&'v str> {
    member(value, key).and_then(text)
}

/// The items of a member that is an array; none if it isn't.
pub(super) fn items<'v>(value: &'v JsonValue, key: &str) -> Iter<'v, JsonValue> {
    let items = match member(value, key) {
        Some(JsonValue::Array(items)) => items.as_slice(),
        _ => &[],
    };
    items.iter()
}

pub(super) fn text(value: &JsonValue) -> Option<&str> {
    match value {
        JsonValue::String(text) => Some(text),
        _ => None,
    }
}
