//! Sorting.
//!
//! The standard library's sort is compiled anew for each type and each key, three thousand lines of LLVM's code at a time: with a dozen of
//! them, a tenth of what this crate, and so each user's first build, takes. What is compiled anew here is a loop.

/// Sorts by a number. Items with the same number stay in their order.
pub(crate) fn sort_by_number<T>(items: &mut [T], number: impl Fn(&T) -> u64) {
    let mut order = Vec::with_capacity(items.len());
    for item in &*items {
        order.push((number(item), order.len()));
    }
    order.sort_unstable();
    apply(items, order.into_iter().map(|(_, index)| index).collect());
}

/// Sorts by a name. Items with the same name stay in their order.
pub(crate) fn sort_by_name<T>(items: &mut [T], name: impl Fn(&T) -> &str) {
    let mut order = Vec::with_capacity(items.len());
    for item in &*items {
        order.push((name(item), order.len()));
    }
    order.sort_unstable();
    let order = order.into_iter().map(|(_, index)| index).collect();
    apply(items, order);
}

/// Puts items in an order, which says for each place the index of the item that is to be there.
fn apply<T>(items: &mut [T], mut order: Vec<usize>) {
    for place in 0..order.len() {
        // What was in a place before this one has been swapped, to where the order then says.
        let mut from = order[place];
        while from < place {
            from = order[from];
        }
        order[place] = from;
        items.swap(place, from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for length in 0..100 {
            let items: Vec<(u32, usize)> = (0..length).map(|index| (random() % 32, index)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            let mut sorted = items.clone();
            sort_by_number(&mut sorted, |item| item.0.into());
            assert_eq!(sorted, expected);

            let items: Vec<(String, usize)> = items.into_iter().map(|(number, index)| (number.to_string(), index)).collect();
            let mut expected = items.clone();
            expected.sort_by(|one, other| one.0.cmp(&other.0));
            let mut sorted = items;
            sort_by_name(&mut sorted, |item| &item.0);
            assert_eq!(sorted, expected);
        }
    }
}
