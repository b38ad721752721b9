//! What XDP programs an interface has: rtnetlink(7), with what `include/uapi/linux/{rtnetlink,if_link}.h` call it.

use super::netlink::{Refusal, among, ask, word};
use crate::sys::route_socket;

const RTM_GETLINK: u16 = 18;
const IFLA_XDP: u16 = 43;
/// `IFLA_XDP_DRV_PROG_ID`, `IFLA_XDP_SKB_PROG_ID`, `IFLA_XDP_HW_PROG_ID`, Linux 4.19.
const MODES: [u16; 3] = [5, 6, 7];

/// `struct ifinfomsg`.
const SUBJECT: usize = 16;

/// Numbers of the programs of an interface: at most one each in the driver, in the network stack and in the device.
#[inline]
pub(crate) fn xdp_programs(interface: u32) -> Result<Vec<u32>, Refusal> {
    let subject: Vec<u8> = [0, interface, 0, 0].iter().flat_map(|word| word.to_ne_bytes()).collect();
    let shown = ask(&mut route_socket()?, RTM_GETLINK, 0, &subject, &[])?.unwrap_or_default();
    Ok(programs(&shown))
}

#[inline]
fn programs(shown: &[u8]) -> Vec<u32> {
    let xdp = among(shown.get(SUBJECT..).unwrap_or_default(), IFLA_XDP).unwrap_or_default();
    MODES.iter().filter_map(|mode| word(among(xdp, *mode)?, 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::netlink::attribute;
    use super::*;

    #[test]
    fn each_mode_has_a_program() {
        let number = |kind: u16, id: u32| attribute(kind, &id.to_ne_bytes());
        let modes = [attribute(2, &[4]), number(6, 17), number(5, 16)].concat();
        let mut shown = vec![0; SUBJECT];
        assert_eq!(programs(&shown), [0; 0]);
        shown.extend(attribute(3, b"eth0\0"));
        shown.extend(attribute(IFLA_XDP | 0x8000, &modes));
        assert_eq!(programs(&shown), [16, 17]);
        assert_eq!(programs(&shown[..shown.len() - 1]), [0; 0]);
    }
}
