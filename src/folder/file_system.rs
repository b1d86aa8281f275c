//! Which file systems tell of changes. Inotify is silent where files are changed by others than this machine, and says
//! nothing of being so: the kind has to be known.

/// The kind of file system something lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystem {
    /// Its usual name.
    pub name: &'static str,
    /// Whether every change on it is announced: none is made elsewhere.
    pub tells: bool,
}

/// From the kernel's `include/uapi/linux/magic.h`, and from the sources of those that are not in it.
const KNOWN: [(i64, &str, bool); 27] = [
    (0x6969, "NFS", false),
    (0x517B, "SMB", false),
    (0xFF53_4D42, "CIFS", false),
    (0xFE53_4D42, "SMB 2", false),
    // Also virtiofs, and what Docker Desktop and sshfs show.
    (0x6573_5546, "FUSE", false),
    // Also what WSL 2 shows of Windows drives.
    (0x0102_1997, "9p", false),
    (0x00C3_6400, "Ceph", false),
    (0x5346_414F, "AFS", false),
    (0x6B41_4653, "AFS", false),
    (0x7375_7245, "Coda", false),
    (0x0BD0_0BD0, "Lustre", false),
    (0x4750_4653, "GPFS", false),
    (0x1983_0326, "BeeGFS", false),
    (0x0116_1970, "GFS2", false),
    (0x7461_636F, "OCFS2", false),
    (0x786F_4256, "VirtualBox share", false),
    (0xBACB_ACBC, "VMware share", false),
    (0x7C7C_6673, "Parallels share", false),
    (0xEF53, "ext4", true),
    (0x9123_683E, "Btrfs", true),
    (0x5846_5342, "XFS", true),
    (0xF2F5_2010, "F2FS", true),
    (0x2FC1_2FC1, "ZFS", true),
    (0x0102_1994, "tmpfs", true),
    (0x794C_7630, "overlayfs", true),
    (0x4D44, "FAT", true),
    (0x7366_746E, "NTFS", true),
];

impl FileSystem {
    /// By the number the kernel gives it. One that is not known is taken for a disk of this machine.
    pub fn numbered(kind: i64) -> Self {
        let known = KNOWN.iter().find(|(number, ..)| *number == kind);
        known.map_or(Self { name: "?", tells: true }, |(_, name, tells)| Self { name, tells: *tells })
    }
}
