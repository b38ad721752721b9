//! Sets of functions that programs provide to the kernel.

/// What makes a map a set of functions for the kernel (struct_ops, Linux 5.6): a variable in section `.struct_ops` or `.struct_ops.link`.
///
/// The map's contents are the variable's bytes as in the C source, in the layout of the object's own type. Where a member is a pointer to a
/// function, they have the number of the program that it points to, counted from 1, or 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StructOps {
    /// Id of the variable's struct in the object's BTF. Its name, without a flavor, is that of the kernel's struct.
    pub type_id: u32,
    /// Created unless the user says otherwise; `false` for a section name with `?` in front.
    pub autocreate: bool,
}
