//! The release of a kernel as a number.

use crate::{Error, ErrorKind, Result, text};

/// `LINUX_KERNEL_VERSION` of a release, which is `KERNEL_VERSION(major, minor, patch)` of the kernel's `linux/version.h`: a byte each
/// for minor and patch level, where levels above 255 count as 255, as they do there since Linux 5.12 (commit 9b82f13e7ef3).
///
/// # Errors
///
/// If the text doesn't begin with a major and a minor number.
#[inline]
pub(super) fn version_code(release: &str) -> Result<u32> {
    parse(release).ok_or_else(|| {
        Error::new(ErrorKind::InvalidData, format!("`{release}` is no kernel release: it should begin as in `6.1.0`"))
    })
}

/// The same of a running kernel, which may hide its true release: the release is then only a name for what modules fit.
///
/// * Ubuntu tells it as the third word of `/proc/version_signature`: `Ubuntu 5.15.0-91.101-generic 5.15.131`.
/// * Debian tells it in uname's version: `#1 SMP Debian 6.1.176-1 (2026-04-02)`, whose release is `6.1.0-50-amd64`.
#[cfg(any(feature = "load", test))]
#[inline]
pub(super) fn true_version_code(signature: Option<&str>, version: &str, release: &str) -> Result<u32> {
    let of_ubuntu = signature.and_then(|signature| signature.split_ascii_whitespace().nth(2));
    let of_debian = text::split_once(version, "Debian ").map(|(_, rest)| rest);
    match [of_ubuntu, of_debian].into_iter().flatten().find_map(parse) {
        Some(code) => Ok(code),
        None => version_code(release),
    }
}

/// Major and minor number must be there; the patch level is missing in what Debian calls release candidates (`7.0~rc4`).
#[inline]
fn parse(release: &str) -> Option<u32> {
    let mut numbers = [0_u32; 3];
    let mut rest = release;
    for (index, number) in numbers.iter_mut().enumerate() {
        if index > 0 {
            match rest.strip_prefix('.') {
                Some(next) => rest = next,
                None if index == 2 => break,
                None => return None,
            }
        }
        (*number, rest) = text::leading_number(rest)?;
    }
    let [major, minor, patch] = numbers;
    let major = u8::try_from(major).ok()?;
    Some(u32::from(major) << 16 | minor.min(255) << 8 | patch.min(255))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_kernels_call_themselves() {
        for (release, code) in [
            ("6.18.44-fc-v769", 0x06_12_2c),
            ("5.10.0-32-cloud-amd64", 0x05_0a_00),
            ("4.19.325", 0x04_13_ff),
            ("7.3-rc1", 0x07_03_00),
            ("7.3", 0x07_03_00),
            ("6.12.117+deb13-amd64", 0x06_0c_75),
        ] {
            assert_eq!(version_code(release).expect(release), code, "{release}");
        }
        for release in ["", "6", "6.", "six.one", ".6.1", "6.1.", "-6.1.0", "256.0.0", "99999999999.0.0", "6.1.99999999999"] {
            let error = version_code(release).expect_err(release);
            assert_eq!(error.to_string(), format!("`{release}` is no kernel release: it should begin as in `6.1.0`"));
        }
    }

    #[test]
    fn the_true_version_wins() {
        let debian = "#1 SMP Debian 5.10.223-1 (2024-08-10)";
        let ubuntu = "Ubuntu 5.15.0-91.101-generic 5.15.131\n";
        for (signature, version, release, code) in [
            (None, debian, "5.10.0-32-cloud-amd64", 0x05_0a_df),
            (Some(ubuntu), "#101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023", "5.15.0-91-generic", 0x05_0f_83),
            (Some("Ubuntu 5.15"), "#101-Ubuntu SMP", "5.15.0-91-generic", 0x05_0f_00),
            (None, "#1 SMP PREEMPT_DYNAMIC @0", "6.18.44-fc-v769", 0x06_12_2c),
            (None, "#1 SMP Debian unknown", "6.1.2", 0x06_01_02),
            (None, "#1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1 (2026-11-01)", "7.3.4+deb13-cloud-amd64", 0x07_03_04),
        ] {
            assert_eq!(true_version_code(signature, version, release).expect(release), code, "{release}");
        }
    }
}
